"""Comma- and tab-separated values: each row becomes a line."""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from footnote.errors import Unreadable
from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.document.tables import write_sheet
from functions.ingest.parsers.encoding import open_text

SAMPLE = 16_384
"""Characters that the delimiter is detected from."""
DELIMITERS = "\t;|,"
"""The first one is preferred if several would do."""

_HINT = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
"""The line by which a file tells Excel its delimiter."""


def read(path: Path, writer: Writer) -> Document:
    csv.field_size_limit(sys.maxsize)
    with open_text(path, writer.charset) as file:
        hint = _HINT.match(file.readline())
        file.seek(0)
        delimiter = hint[1] if hint else _detect_delimiter(_sample(_lines(file)))
        file.seek(0)
        try:
            write_sheet(islice(_rows(_lines(file), delimiter), bool(hint), None), writer)
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


def _rows(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


def _detect_delimiter(text: str) -> str:
    """The delimiter that divides most rows into the same number of cells. The csv module's own detection
    took the comma before a quotation for one."""
    lines = text.splitlines(keepends=True)
    widths = {each: Counter(map(len, _rows(lines, each))) for each in DELIMITERS}
    agreement = {
        each: max(((rows, width) for width, rows in found.items() if width > 1), default=(0, 0))
        for each, found in widths.items()
    }
    best = max(DELIMITERS, key=agreement.__getitem__)
    return best if any(agreement[best]) else ","
