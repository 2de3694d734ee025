"""Comma- and tab-separated values: each row becomes a line."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from footnote.errors import Unreadable
from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.encoding import open_text
from functions.ingest.parsers.tables import write_sheet

SAMPLE = 16_384
"""Characters that the dialect is detected from."""


def read(path: Path, writer: Writer) -> Document:
    csv.field_size_limit(sys.maxsize)
    with open_text(path, writer.charset) as file:
        dialect = _detect_dialect(_sample(_lines(file)))
        file.seek(0)
        try:
            write_sheet(csv.reader(_lines(file), dialect), writer)
        except csv.Error as error:
            raise Unreadable(f"It is not valid CSV: {error}.") from None
    return writer.document("", "text/csv")


def _lines(file: Iterable[str]) -> Iterator[str]:
    """The lines without null characters, which the csv module rejects."""
    return (line.replace("\0", "") for line in file)


def _sample(lines: Iterable[str]) -> str:
    text = ""
    for line in lines:
        text += line
        if len(text) >= SAMPLE:
            break
    return text[:SAMPLE]


def _detect_dialect(text: str) -> type[csv.Dialect] | csv.Dialect:
    try:
        dialect = csv.Sniffer().sniff(text, delimiters=",;\t|")
    except csv.Error:
        return csv.excel
    dialect.quotechar = '"'  # the sniffer takes apostrophes for quotes
    dialect.doublequote = True  # the sample may have no doubled quote yet
    return dialect
