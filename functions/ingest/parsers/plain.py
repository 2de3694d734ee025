"""Plain text and logs."""

from __future__ import annotations

from pathlib import Path

from functions.ingest.parsers.document import Document, Writer, clean
from functions.ingest.parsers.encoding import blocks, opened


def read(path: Path, writer: Writer) -> Document:
    with opened(path, writer.charset) as file:
        for block in blocks(file):
            writer.raw(clean(block))
    return writer.document("", "text/plain")
