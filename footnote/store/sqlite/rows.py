"""Manifests and chunks, to rows and back."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from footnote.contracts import Passage
from footnote.store import Chunk, Generation, Manifest, Mark
from footnote.store.times import moment


def encoded(values: Iterable[str]) -> str:
    """A JSON list for json_each, of the values in hex: its strings would end at a NUL."""
    return json.dumps([value.encode().hex().upper() for value in values])


def decoded(text: str) -> tuple[str, ...]:
    return tuple(bytes.fromhex(value).decode() for value in json.loads(text))


def manifest_row(manifest: Manifest) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "uri": manifest.uri,
        "key": manifest.key,
        "state": manifest.state,
        "sequence": manifest.sequence,
        "version": manifest.version,
        "etag": manifest.etag,
        "digest": manifest.digest,
        "held": json.dumps(dict(manifest.held)),
        "title": manifest.title,
        "content_type": manifest.content_type,
        "size": manifest.size,
        "groups": encoded(manifest.groups),
        "reason": manifest.reason,
        "modified_at": moment(manifest.modified_at),
        "indexed_at": moment(manifest.indexed_at),
    }


def manifest(row: sqlite3.Row) -> Manifest:
    given: dict[str, Any] = dict(row)
    modified = given["modified_at"]
    given |= {
        "held": json.loads(given["held"]),
        "groups": decoded(given["groups"]),
        "modified_at": datetime.fromisoformat(modified) if modified else None,
        "indexed_at": datetime.fromisoformat(given["indexed_at"]),
        "revision": str(given["revision"]),
    }
    return Manifest(**given)


def generation(row: sqlite3.Row) -> Generation:
    until = row["live_until"]
    return Generation(
        row["name"],
        row["model"],
        row["dimensions"],
        row["chunking"],
        datetime.fromisoformat(until) if until else None,
    )


def chunk_row(chunk: Chunk) -> dict[str, Any]:
    return {
        "ordinal": chunk.ordinal,
        "text": chunk.text,
        "context": chunk.context,
        "headings": json.dumps(chunk.headings, ensure_ascii=False),
        "page": chunk.page,
        "start": chunk.start,
        "end": chunk.end,
        "vector": array("f", chunk.vector).tobytes(),
        "gap": chunk.gap,
        "marks": json.dumps(chunk.marks, ensure_ascii=False),
    }


def chunk(row: sqlite3.Row) -> Chunk:
    return Chunk(
        ordinal=row["ordinal"],
        text=row["text"],
        context=row["context"],
        headings=tuple(json.loads(row["headings"])),
        page=row["page"],
        start=row["start"],
        end=row["end"],
        vector=(),
        gap=row["gap"],
        marks=tuple(Mark(*mark) for mark in json.loads(row["marks"])),
    )


def passage(row: sqlite3.Row, score: float, cosine: float | None) -> Passage:
    return Passage(
        document=row["document"],
        uri=row["uri"],
        version=row["version"],
        title=row["title"],
        headings=json.loads(row["headings"]),
        page=row["page"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
        score=score,
        cosine=cosine,
    )
