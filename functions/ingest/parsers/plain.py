"""Plain text, such as text files and logs."""

from __future__ import annotations

from pathlib import Path

from functions.ingest.parsers.document import Document, Writer, clean
from functions.ingest.parsers.encoding import open_text, read_blocks


def read(path: Path, writer: Writer) -> Document:
    with open_text(path, writer.charset) as file:
        for block in read_blocks(file):
            writer.raw(clean(block))
    return writer.document("", "text/plain")
