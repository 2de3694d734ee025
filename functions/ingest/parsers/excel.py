"""Excel (.xlsx): each sheet that is not hidden becomes a page, each row a line of what its cells show.

Rows stay although they are hidden, since filters and folded groups hide rows too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.document.tables import write_sheet
from functions.ingest.parsers.office import number_format

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SIGNIFICANT = 11
"""Digits that Excel shows of a number without a format."""
MAX_COLUMNS = 16_384
BLOCK = 1 << 20
"""Bytes that are searched at a time."""
MAX_REFERENCE = 200
"""Bytes of a reference to merged cells."""
INVISIBLE = ";;;"
"""The number format of cells that are there but show nothing."""

_MERGED = re.compile(rb'mergeCell [^<>]{,99}?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')


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
    hidden, merged = _hidden_columns(sheet), _merged_rows(sheet)
    rows: Iterator[list[object]] = ([*map(_shown, row)] for row in sheet.iter_rows())
    for row in _repeat_merged(rows, merged) if merged else rows:
        yield [value for column, value in enumerate(row, 1) if column not in hidden]


def _repeat_merged(
    rows: Iterable[list[object]], merged: Mapping[int, Mapping[int, int]]
) -> Iterator[list[object]]:
    """The rows with the merged cells above in those that hold anything else, unlike those of a title."""
    above: dict[int, tuple[int, object]] = {}
    for number, row in enumerate(rows, 1):
        above = {column: found for column, found in above.items() if found[0] >= number}
        if above and any(value is not None for value in row):
            row += [None] * (max(above) - len(row))
            for column, (_, value) in above.items():
                row[column - 1] = value
        for column, last in merged.get(number, {}).items():
            above[column] = last, row[column - 1] if column <= len(row) else None
        yield row


def _merged_rows(sheet: Any) -> dict[int, dict[int, int]]:
    """By row and column the cells that are merged with others below, and the row of the last one.

    The file has that after all cells, so its text is searched for it, which is quick.
    """
    from openpyxl.utils import column_index_from_string

    merged: dict[int, dict[int, int]] = defaultdict(dict)
    with sheet._get_source() as source:
        end = b""
        while block := source.read(BLOCK):
            for column, first, last in _MERGED.findall(end + block):
                if int(last) > int(first):
                    merged[int(first)][column_index_from_string(column.decode())] = int(last)
            end = (end + block)[-MAX_REFERENCE:]
    return merged


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
