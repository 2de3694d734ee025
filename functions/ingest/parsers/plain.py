"""Plain text and logs."""

from __future__ import annotations

from pathlib import Path

from functions.ingest.parsers.document import Document, Writer, clean
from functions.ingest.parsers.encoding import decode


def read(path: Path, writer: Writer) -> Document:
    writer.raw(clean(decode(path.read_bytes())))
    return writer.document("", "text/plain")
