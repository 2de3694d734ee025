"""Conversion of generations, manifests and chunks to rows and back."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from footnote.contracts import Passage
from footnote.store import Chunk, Generation, Manifest, Mark, Recipe
from footnote.store.timestamps import iso_utc


def encode_strings(values: Iterable[str]) -> str:
    """A JSON list of the strings in hex: json_each would cut plain ones off at a NUL."""
    return json.dumps([value.encode().hex().upper() for value in values])


def decode_strings(text: str) -> tuple[str, ...]:
    return tuple(bytes.fromhex(value).decode() for value in json.loads(text))


def manifest_to_row(manifest: Manifest) -> dict[str, Any]:
    row = asdict(manifest)
    del row["revision"], row["chunk_counts"]
    return row | {
        "held": json.dumps(dict(manifest.chunk_counts)),
        "groups": encode_strings(manifest.groups),
        "modified_at": iso_utc(manifest.modified_at),
        "indexed_at": iso_utc(manifest.indexed_at),
    }


def manifest_from_row(row: sqlite3.Row) -> Manifest:
    fields: dict[str, Any] = dict(row)
    modified = fields["modified_at"]
    fields |= {
        "chunk_counts": json.loads(fields.pop("held")),
        "groups": decode_strings(fields["groups"]),
        "modified_at": datetime.fromisoformat(modified) if modified else None,
        "indexed_at": datetime.fromisoformat(fields["indexed_at"]),
        "revision": str(fields["revision"]),
    }
    return Manifest(**fields)


def generation_from_row(row: sqlite3.Row) -> Generation:
    until = row["live_until"]
    return Generation(
        row["name"],
        Recipe(row["model"], row["dimensions"], row["chunking"]),
        datetime.fromisoformat(until) if until else None,
    )


def chunk_to_row(chunk: Chunk) -> dict[str, Any]:
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


def chunk_from_row(row: sqlite3.Row) -> Chunk:
    """The chunk without its vector."""
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


def passage_from_row(row: sqlite3.Row, score: float, cosine: float | None) -> Passage:
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
