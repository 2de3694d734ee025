"""Writes the rows of a table as text that can be searched, quoted and cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, islice, repeat

from functions.ingest.parsers.document import Writer, clean

MAX_ROWS_ABOVE = 10
"""Rows of one cell each, such as a title, that may stand above a table."""
MIN_COLUMNS = 3
"""A table within a text that does not look headed has a header only from this many columns on."""
MAX_NAME = 80
"""Characters of a column's name."""

_NUMBER = re.compile(r"[^\w]*+\d[\d.,'’\s]*+(e[+-]?\d+)?[^\w]*+", re.IGNORECASE)
"""Also an amount, such as $1,200.00, (5) or 45%. Possessive, since a cell may be of any length."""
_YEAR = re.compile(r"(19|20)\d\d")


def write_sheet(rows: Iterable[Sequence[object]], writer: Writer) -> None:
    """Write each row of a file of rows on a line of its own, as `header: value; header: value`.

    The first row with several cells is the header if more rows follow and its cells are text, or several
    years after a text. The rows above it are written as they are. If no row so early has several cells,
    the first row counts as the first of the table.
    """
    records = filter(any, map(_cells, rows))
    first = [*islice(records, MAX_ROWS_ABOVE + 2)]
    top = next((at for at, cells in enumerate(first) if sum(map(bool, cells)) > 1), 0)
    has_header = len(first) > top + 1 and _is_header(*first[top : top + 2])
    _write_rows([], first[:top], writer)
    header = first[top] if has_header else []
    _write_rows(header, chain(first[top + has_header :], records), writer)
    writer.raw("\n")


def write_with_header(
    header: Sequence[object], rows: Iterable[Sequence[object]], writer: Writer
) -> None:
    """Write the rows as `write_sheet` does, under a known header; without rows the header alone."""
    names = _cells(header)
    records = [*filter(any, map(_cells, rows))]
    _write_rows(*((names, records) if records else ([], [names])), writer)
    writer.raw("\n")


def write_inline(rows: Sequence[Sequence[object]], writer: Writer, looks_headed: bool = False) -> None:
    """Write a table within a text, with a header if its first row with several cells names columns.

    A table of two columns often has the names in the left one, so it has a header only if it
    `looks_headed` to a reader. The rows above the first one with several cells are written as they are.
    """
    records = [*map(_cells, rows)]
    top = next((at for at, cells in enumerate(records) if sum(map(bool, cells)) > 1), 0)
    above, first, others = records[:top], records[top], records[top + 1 :]
    named = len(first) >= (2 if looks_headed else MIN_COLUMNS)
    named = named and all(0 < len(cell) <= MAX_NAME for cell in first[1:])
    if others and named and _is_header(first, others[0]):
        _write_rows([], above, writer)
        write_with_header(first, others, writer)
    else:
        writer.block("\n".join(" | ".join(filter(None, cells)) for cells in records))


def _write_rows(header: list[str], rows: Iterable[list[str]], writer: Writer) -> None:
    for cells in rows:
        writer.raw(named_row(header, cells) + "\n")


def _is_header(cells: list[str], below: list[str]) -> bool:
    # A single number, as in `Founded: 1998`, stands in a row of facts above others.
    single_number = sum(map(_is_number, cells)) == 1
    if _is_number(cells[0]) or single_number:
        return False
    return all(map(_is_name, cells, chain(below, repeat(""))))


def _is_name(cell: str, below: str) -> bool:
    """Whether `cell` may be the name of a column: a text, or a year with no year below it."""
    return not _is_number(cell) or bool(_YEAR.fullmatch(cell) and not _YEAR.fullmatch(below))


def named_row(header: Sequence[str], cells: Sequence[str]) -> str:
    """The row as `header: value; header: value`, without its empty cells."""
    named = [
        f"{header[at]}: {cell}" if at < len(header) and header[at] else cell
        for at, cell in enumerate(cells)
        if cell
    ]
    return "; ".join(named)


def _cells(row: Sequence[object]) -> list[str]:
    return [_cell(value) for value in row]


def _cell(value: object) -> str:
    return "" if value is None else " ".join(clean(str(value)).split())


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell))
