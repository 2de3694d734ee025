"""Writes the rows of a table as text that can be searched, quoted and cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, groupby, islice, repeat

from functions.ingest.parsers.document import Writer, clean

MAX_ROWS_ABOVE = 10
"""Rows, such as a title, that may stand above a table."""
MIN_COLUMNS = 3
"""A table within a text that does not look headed has a header only from this many columns on."""
MAX_NAME = 80
"""Characters of a column's name."""

_NUMBER = re.compile(r"[^\w]*+\d[\d.,'’\s]*+(e[+-]?\d+)?[^\w]*+", re.IGNORECASE)
"""Also an amount, such as $1,200.00, (5) or 45%. Possessive, since a cell may be of any length."""
_YEAR = re.compile(r"(19|20)\d\d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\b")


def write_sheet(rows: Iterable[Sequence[object]], writer: Writer) -> None:
    """Write each row of a file of rows on a line of its own, as `header: value; header: value`.

    The first row of the table is the header if more rows follow and its cells are text, or several years
    after a text. The rows above it are written as they are.
    """
    records = filter(any, map(_cells, rows))
    first = [*islice(records, MAX_ROWS_ABOVE + 2)]
    top = _top(first)
    has_header = len(first) > top + 1 and _is_header(*first[top : top + 2])
    _write_rows([], first[:top], writer)
    header = first[top] if has_header else []
    _write_rows(header, chain(first[top + has_header :], records), writer)


def write_with_header(
    header: Sequence[object], rows: Iterable[Sequence[object]], writer: Writer
) -> None:
    """Write the rows as `write_sheet` does, under a known header; without rows the header alone."""
    names = _cells(header)
    records = [*filter(any, map(_cells, rows))]
    _write_rows(*((names, records) if records else ([], [names])), writer)


def write_inline(rows: Sequence[Sequence[object]], writer: Writer, looks_headed: bool = False) -> None:
    """Write a table within a text, with a header if its first row names columns.

    A table of two columns often has the names in the left one, so it has a header only if it
    `looks_headed` to a reader. The rows above the table's first one are written as they are.
    """
    records = [*map(_cells, rows)]
    top = _top(records)
    above, first, others = records[:top], records[top], records[top + 1 :]
    named = len(first) >= (2 if looks_headed else MIN_COLUMNS)
    named = named and all(0 < len(cell) <= MAX_NAME for cell in first[1:])
    if others and named and _is_header(first, others[0]):
        _write_rows([], above, writer)
        write_with_header(first, others, writer)
    else:
        writer.block("\n".join(" | ".join(filter(None, cells)) for cells in records))


def _write_rows(header: list[str], rows: Iterable[list[str]], writer: Writer) -> None:
    """Rows without names have empty lines around them: they would read like one text that is wrapped."""
    for are_named, group in groupby(
        rows, key=lambda cells: bool(header) and not _is_remark(header, cells)
    ):
        for cells in group:
            writer.raw(named_row(header, cells) + ("\n" if are_named else "\n\n"))
        writer.raw("\n" if are_named else "")


def _top(rows: Sequence[list[str]]) -> int:
    """The first row with several cells that is no fact about the whole table; 0 if there is none."""
    filled = [[*filter(None, cells)] for cells in rows]
    widest = max(map(len, filled), default=0)
    several = (at for at, cells in enumerate(filled) if len(cells) > 1)
    return next((at for at in several if not _is_fact(filled[at], widest)), 0)


def _is_fact(cells: list[str], widest: int) -> bool:
    """Whether a row stands beside a table of `widest` columns, as `Valid from | 2026-01-01` does."""
    is_pair = len(cells) == 2 < widest and (cells[0].endswith(":") or _is_value(cells[1]))
    return is_pair or 2 * len(cells) <= widest


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
    """The row as `header: value; header: value`, without its empty cells; a remark has no name."""
    if _is_remark(header, cells):
        return cells[0]
    named = [
        f"{header[at]}: {cell}" if at < len(header) and header[at] else cell
        for at, cell in enumerate(cells)
        if cell
    ]
    return "; ".join(named)


def _is_remark(header: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether a row has nothing but its first cell, as a remark or a title within a table has."""
    return len(header) >= MIN_COLUMNS and not any(cells[1:])


def _cells(row: Sequence[object]) -> list[str]:
    return [_cell(value) for value in row]


def _cell(value: object) -> str:
    return "" if value is None else " ".join(clean(str(value)).split())


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell))


def _is_value(cell: str) -> bool:
    return _is_number(cell) or bool(_DATE.match(cell))
