"""Excel (.xlsx): each sheet is a page, each row a record."""

from __future__ import annotations

import re
from datetime import datetime, time
from pathlib import Path
from typing import Any

from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.tables import write_sheet

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LITERAL = re.compile(r'"[^"]*"|[\\_*].')
"""Of a number format: text, a character, a space as wide as one, or one that fills the cell."""
_CONDITION = re.compile(r"\[[<=>]")


def read(path: Path, writer: Writer) -> Document:
    import openpyxl

    with path.open("rb") as file:  # by its path it would be judged by its name
        workbook = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            writer.page()
            writer.heading(2, sheet.title)
            sheet.reset_dimensions()  # a sheet that claims to be huge would be read as far as it claims
            write_sheet(([*map(_shown, row)] for row in sheet.iter_rows()), writer)
    return writer.document(workbook.properties.title or "", TYPE)


def _shown(cell: Any) -> object:
    """A date alone without the time that Excel has of it, and a share in per cent if it is shown so."""
    value = cell.value
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, int | float) and _in_per_cent(cell.number_format or ""):
        return f"{100 * value:.12g}%"
    return value


def _in_per_cent(number_format: str) -> bool:
    """Not where a condition chooses what is shown: the value is right there too."""
    coded = _LITERAL.sub("", number_format)
    return "%" in coded and not _CONDITION.search(coded)
