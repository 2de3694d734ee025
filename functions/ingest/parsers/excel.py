"""Excel (.xlsx): each sheet that is not hidden becomes a page, each row a line of what its cells show.

Rows stay although they are hidden, since filters and folded groups hide rows too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from functions.ingest.parsers import number_format
from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.tables import write_sheet

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SIGNIFICANT = 11
"""Digits that Excel shows of a number without a format."""
MAX_COLUMNS = 16_384
INVISIBLE = ";;;"
"""The number format of cells that are there but show nothing."""


def read(path: Path, writer: Writer) -> Document:
    import openpyxl

    with path.open("rb") as file:  # given a path, openpyxl would check the file's extension
        workbook = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                writer.page()
                writer.heading(2, sheet.title)
                write_sheet(_rows(sheet), writer)
    return writer.document(workbook.properties.title or "", TYPE)


def _rows(sheet: Any) -> Iterator[list[object]]:
    sheet.reset_dimensions()  # otherwise as many rows are read as the sheet claims to have
    hidden = _hidden_columns(sheet)
    for row in sheet.iter_rows():
        yield [_shown(cell) for column, cell in enumerate(row, 1) if column not in hidden]


def _hidden_columns(sheet: Any) -> set[int]:
    """Numbers of the columns that are hidden, but not of those in a folded group."""
    from openpyxl.xml.functions import iterparse

    hidden: set[int] = set()
    with sheet._get_source() as source:
        for _, element in iterparse(source, ["start"]):
            if element.tag == f"{MAIN}sheetData":  # what comes next is as long as the sheet
                break
            if element.tag == f"{MAIN}col" and _is_hidden(element):
                last = min(int(element.get("max")), MAX_COLUMNS)
                hidden.update(range(int(element.get("min")), last + 1))
    return hidden


def _is_hidden(column: Any) -> bool:
    return column.get("hidden") in ("1", "true") and column.get("outlineLevel", "0") == "0"


def _shown(cell: Any) -> object:
    """The value as a reader sees it, but dates in ISO 8601, and without the time if that is 00:00."""
    value, format = cell.value, cell.number_format or ""
    if value is None or format == INVISIBLE or cell.font.strike:
        return None
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    text = number_format.show(value, format)
    return _plain(value) if text is None else text


def _duration(value: timedelta) -> str:
    """Hours are counted on past a day, as in the formats of durations."""
    minutes, seconds = divmod(round(abs(value).total_seconds()), 60)
    sign = "-" if value < timedelta() else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _plain(number: float) -> float | str:
    """Without the digits that come from binary fractions, as in 0.30000000000000004."""
    text = f"{number:.{SIGNIFICANT}g}" if isinstance(number, float) else ""
    return text if text and "e" not in text else number
