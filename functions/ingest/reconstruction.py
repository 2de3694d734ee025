"""Reconstructs a document from its indexed chunks, so that it can be chunked differently."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from functions.ingest.breadcrumbs import breadcrumbs
from functions.ingest.parsers.document import Document, Heading

if TYPE_CHECKING:
    from footnote.store import Chunk, Manifest


def reconstruct(manifest: Manifest, chunks: Sequence[Chunk]) -> Document:
    """The document as it was parsed, except for white space at its end."""
    marks = [mark for chunk in chunks for mark in chunk.marks]
    return Document(
        manifest.title,
        _text(chunks),
        manifest.content_type,
        tuple(mark.offset for mark in marks if not mark.level),
        tuple(Heading(*mark) for mark in marks if mark.level),
        breadcrumbs(manifest.key),
    )


def dump(document: Document, path: Path) -> None:
    path.write_text(json.dumps(asdict(document)))


def load(path: Path) -> Document:
    """The document that `dump` wrote to `path`."""
    fields = json.loads(path.read_text())
    return Document(
        fields["title"],
        fields["text"],
        fields["content_type"],
        tuple(fields["pages"]),
        tuple(Heading(**heading) for heading in fields["headings"]),
        tuple(fields["breadcrumbs"]),
    )


def _text(chunks: Sequence[Chunk]) -> str:
    """Chunks overlap: each adds the gap before it and what the one before does not hold yet."""
    parts, length = [], 0
    for chunk in chunks:
        parts += [chunk.gap, chunk.text[max(0, length - chunk.start) :]]
        length = chunk.end
    return "".join(parts)
