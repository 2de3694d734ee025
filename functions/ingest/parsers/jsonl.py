"""JSON lines: each line becomes a block."""

from __future__ import annotations

from pathlib import Path

from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.encoding import open_text
from functions.ingest.parsers.json import load, record


def read(path: Path, writer: Writer) -> Document:
    with open_text(path, writer.charset, newline="\n") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                writer.block(record(load(line.removesuffix("\n"), f"Line {number}")))
    return writer.document("", "application/x-ndjson")
