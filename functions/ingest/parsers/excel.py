"""Excel (.xlsx): each sheet becomes a page, each row a line."""

from __future__ import annotations

import re
from datetime import datetime, time
from pathlib import Path
from typing import Any

from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.tables import write_sheet

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LITERAL = re.compile(r'"[^"]*"|[\\_*].')
"""Literals in a number format: a quoted text, an escaped character, padding, or a fill character."""
_CONDITION = re.compile(r"\[[<=>]")


def read(path: Path, writer: Writer) -> Document:
    import openpyxl

    with path.open("rb") as file:  # given a path, openpyxl would check the file's extension
        workbook = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            writer.page()
            writer.heading(2, sheet.title)
            sheet.reset_dimensions()  # otherwise as many rows are read as the sheet claims to have
            write_sheet(([*map(_display_value, row)] for row in sheet.iter_rows()), writer)
    return writer.document(workbook.properties.title or "", TYPE)


def _display_value(cell: Any) -> object:
    """The value as a reader sees it: a date without the time 00:00, and a percentage as one."""
    value = cell.value
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, int | float) and _is_percentage(cell.number_format or ""):
        return f"{100 * value:.12g}%"
    return value


def _is_percentage(number_format: str) -> bool:
    """A format with conditions counts as none: the plain value is correct as well."""
    coded = _LITERAL.sub("", number_format)
    return "%" in coded and not _CONDITION.search(coded)
