"""Which chunks a search may show: committed, of the live generation, within the filter, readable."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from sqlite3 import Connection
from typing import Any

from footnote.contracts import Filter
from footnote.store import Generation, Query, document_id
from footnote.store.sqlite.rows import encoded
from footnote.store.times import moment

COMMITTED = "manifests.id = chunks.document AND manifests.version = chunks.version"
JOIN = f"JOIN manifests ON {COMMITTED}"
LIVE = "chunks.generation = :generation"
READABLE = (
    "(manifests.groups = '[]' OR EXISTS (SELECT 1 FROM json_each(manifests.groups) AS needed"
    " WHERE needed.value IN (SELECT value FROM json_each(:groups))))"
)
OTHERS = "EXISTS (SELECT 1 FROM staged) OR (SELECT count(*) FROM generations) > 1"
"""Whether there may be chunks that are not committed, or of another generation."""


class Scope:
    """An SQL condition on chunks joined with manifests by JOIN, and the values it names."""

    def __init__(self, generation: Generation, query: Query) -> None:
        self.documents = " AND ".join([READABLE, *_conditions(query.filter)])
        self.condition = f"{LIVE} AND {self.documents}"
        self.listing = (
            f"SELECT row FROM manifests CROSS JOIN chunks ON {COMMITTED} WHERE {self.condition}"
        )
        self.values: dict[str, Any] = {
            "generation": generation.name,
            "held": f'$."{generation.name}"',
            "groups": encoded(query.groups),
            **_values(query.filter),
        }

    def count(self, connection: Connection) -> tuple[int, bool]:
        """How many chunks are in scope, and whether there are no others, of whatever kind."""
        shown, committed, others = connection.execute(
            f"SELECT coalesce(sum(json_extract(held, :held)) FILTER (WHERE {self.documents}), 0),"
            f" coalesce(sum(json_extract(held, :held)), 0), {OTHERS} FROM manifests",
            self.values,
        ).fetchone()
        return shown, shown == committed and not others

    def rows(self, connection: Connection) -> list[int]:
        """Of every chunk in scope."""
        return [row["row"] for row in connection.execute(self.listing, self.values)]

    def among(self, connection: Connection, rows: Sequence[int]) -> list[int]:
        """Those of `rows` that are in scope."""
        found = connection.execute(
            f"SELECT row FROM json_each(:rows) CROSS JOIN chunks ON chunks.row = json_each.value {JOIN}"
            f" WHERE {self.condition}",
            {**self.values, "rows": json.dumps(rows)},
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


def _values(filter: Filter) -> dict[str, Any]:
    return {
        "documents": json.dumps([document_id(uri) for uri in filter.uri or ()]),
        "prefix": filter.prefix,
        "content_type": encoded(filter.content_type or ()),
        "modified_after": moment(filter.modified_after),
        "modified_before": moment(filter.modified_before),
    }
