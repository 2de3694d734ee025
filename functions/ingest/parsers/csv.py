"""Comma- and tab-separated values: each row a record."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from footnote.errors import Unreadable
from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.encoding import decode
from functions.ingest.parsers.records import table

SAMPLE = 16_384


def read(path: Path, writer: Writer) -> Document:
    csv.field_size_limit(sys.maxsize)
    text = decode(path.read_bytes()).replace("\0", "")
    try:
        table(csv.reader(text.splitlines(keepends=True), _dialect(text)), writer)
    except csv.Error as error:
        raise Unreadable(f"Its rows cannot be told apart: {error}.") from None
    return writer.document("", "text/csv")


def _dialect(text: str) -> type[csv.Dialect] | csv.Dialect:
    try:
        return csv.Sniffer().sniff(text[:SAMPLE], delimiters=",;\t|")
    except csv.Error:
        return csv.excel
