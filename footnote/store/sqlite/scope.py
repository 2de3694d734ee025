"""Scope of a search: the chunks of its generation that are committed, readable and match the filter."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from sqlite3 import Connection
from typing import Any

from footnote.contracts import Filter
from footnote.store import Generation, Query, document_id
from footnote.store.sqlite.serialization import encode_strings
from footnote.store.timestamps import iso_utc

COMMITTED = "manifests.id = chunks.document AND manifests.version = chunks.version"
JOIN = f"JOIN manifests ON {COMMITTED}"
OF_GENERATION = "chunks.generation = :generation"
READABLE = (
    "(manifests.groups = '[]' OR EXISTS (SELECT 1 FROM json_each(manifests.groups) AS needed"
    " WHERE needed.value IN (SELECT value FROM json_each(:groups))))"
)
MAY_HAVE_OTHERS = "EXISTS (SELECT 1 FROM staged) OR (SELECT count(*) FROM generations) > 1"
"""Whether the table may have chunks that are not committed, or of another generation."""


class Scope:
    """An SQL condition on chunks joined with manifests by JOIN, and the parameters it names."""

    def __init__(self, generation: Generation, query: Query) -> None:
        self.document_condition = " AND ".join([READABLE, *_conditions(query.filter)])
        self.condition = f"{OF_GENERATION} AND {self.document_condition}"
        self.select_rows = (
            f"SELECT row FROM manifests CROSS JOIN chunks ON {COMMITTED} WHERE {self.condition}"
        )
        self.parameters: dict[str, Any] = {
            "generation": generation.name,
            "held": f'$."{generation.name}"',
            "groups": encode_strings(query.groups),
            **_parameters(query.filter),
        }

    def count(self, connection: Connection) -> tuple[int, bool]:
        """The number of chunks in scope, and whether these are all chunks in the table."""
        in_scope, committed, may_have_others = connection.execute(
            "SELECT"
            f" coalesce(sum(json_extract(held, :held)) FILTER (WHERE {self.document_condition}), 0),"
            f" coalesce(sum(json_extract(held, :held)), 0), {MAY_HAVE_OTHERS} FROM manifests",
            self.parameters,
        ).fetchone()
        return in_scope, in_scope == committed and not may_have_others

    def rows(self, connection: Connection) -> list[int]:
        """The rows of all chunks in scope."""
        return [row["row"] for row in connection.execute(self.select_rows, self.parameters)]

    def among(self, connection: Connection, rows: Sequence[int]) -> list[int]:
        """Those of `rows` that are in scope."""
        found = connection.execute(
            f"SELECT row FROM json_each(:rows) CROSS JOIN chunks ON chunks.row = json_each.value {JOIN}"
            f" WHERE {self.condition}",
            {**self.parameters, "rows": json.dumps(rows)},
        )
        return [row["row"] for row in found]


def _conditions(filter: Filter) -> Iterator[str]:
    if filter.uri is not None:
        yield "manifests.id IN (SELECT value FROM json_each(:documents))"
    if filter.prefix is not None:
        yield "substr(manifests.key, 1, length(:prefix)) = :prefix"
    if filter.content_type is not None:
        yield "hex(manifests.content_type) IN (SELECT value FROM json_each(:content_type))"
    if filter.modified_after is not None:
        yield "manifests.modified_at > :modified_after"
    if filter.modified_before is not None:
        yield "manifests.modified_at < :modified_before"


def _parameters(filter: Filter) -> dict[str, Any]:
    return {
        "documents": json.dumps([document_id(uri) for uri in filter.uri or ()]),
        "prefix": filter.prefix,
        "content_type": encode_strings(filter.content_type or ()),
        "modified_after": iso_utc(filter.modified_after),
        "modified_before": iso_utc(filter.modified_before),
    }
