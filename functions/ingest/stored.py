"""A document made again of the chunks that an index holds of it, to be cut for another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from functions.ingest.location import names
from functions.ingest.parsers.document import Document, Heading

if TYPE_CHECKING:
    from footnote.store import Chunk, Manifest


def document(manifest: Manifest, chunks: Sequence[Chunk]) -> Document:
    """As it was parsed, but for white space at its end."""
    marks = [mark for chunk in chunks for mark in chunk.marks]
    return Document(
        manifest.title,
        _text(chunks),
        manifest.content_type,
        tuple(mark.offset for mark in marks if not mark.level),
        tuple(Heading(*mark) for mark in marks if mark.level),
        names(manifest.key),
    )


def write(document: Document, path: Path) -> None:
    path.write_text(json.dumps(asdict(document)))


def read(path: Path) -> Document:
    """What `write` wrote."""
    fields = json.loads(path.read_text())
    return Document(
        fields["title"],
        fields["text"],
        fields["content_type"],
        tuple(fields["pages"]),
        tuple(Heading(**heading) for heading in fields["headings"]),
        tuple(fields["names"]),
    )


def _text(chunks: Sequence[Chunk]) -> str:
    parts, length = [], 0
    for chunk in chunks:
        parts += [chunk.gap, chunk.text[max(0, length - chunk.start) :]]
        length = chunk.end
    return "".join(parts)
