"""JSON lines: each line a record."""

from __future__ import annotations

from pathlib import Path

from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.encoding import decode
from functions.ingest.parsers.json import load
from functions.ingest.parsers.records import lines


def read(path: Path, writer: Writer) -> Document:
    for number, line in enumerate(decode(path.read_bytes()).split("\n"), 1):
        if line.strip():
            writer.block("\n".join(lines(load(line, f"Line {number}"))))
    return writer.document("", "application/x-ndjson")
