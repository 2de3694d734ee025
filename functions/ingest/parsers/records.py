"""Rows and nested values as text that can be searched, quoted and cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, repeat

from functions.ingest.parsers.document import Writer, clean

ABOVE = 10
"""Rows of one cell each that may stand above a table, as its title does."""

COLUMNS = 3
"""Of a table that has a header for sure."""
NAME = 80
"""Characters of a column's name."""
LINE = 500
"""Characters of a record that is a line."""

_YEAR = re.compile(r"(19|20)\d\d")


def table(rows: Iterable[Sequence[object]], writer: Writer) -> None:
    """Write each row on a line of its own, as `header: value; header: value`.

    The first row of several cells is the header if they are text, or several years after a text, and
    more rows follow. The rows above it are written as they are. If there is none so early, it is the
    first row.
    """
    records = filter(any, map(_cells, rows))
    first = [*islice(records, ABOVE + 2)]
    top = next((at for at, cells in enumerate(first) if sum(map(bool, cells)) > 1), 0)
    headed = len(first) > top + 1 and _is_header(*first[top : top + 2])
    _write([], first[:top], writer)
    _write(first[top] if headed else [], chain(first[top + headed :], records), writer)
    writer.raw("\n")


def headed(header: Sequence[object], rows: Iterable[Sequence[object]], writer: Writer) -> None:
    """Write each row as `table` does, under what is known to be the header; that alone as it is."""
    names = _cells(header)
    records = [*filter(any, map(_cells, rows))]
    _write(*((names, records) if records else ([], [names])), writer)
    writer.raw("\n")


def grid(rows: Sequence[Sequence[object]], writer: Writer) -> None:
    """Write a table that stands in a text, with a header if its first row names several columns.

    Of two columns the left one often has the names, and no row is a header.
    """
    first, *others = map(_cells, rows)
    names = len(first) >= COLUMNS and all(0 < len(cell) <= NAME for cell in first[1:])
    if others and names and _is_header(first, others[0]):
        headed(first, others, writer)
    else:
        writer.block("\n".join(" | ".join(filter(None, cells)) for cells in (first, *others)))


def _write(header: list[str], rows: Iterable[list[str]], writer: Writer) -> None:
    for cells in rows:
        writer.raw(_row(header, cells) + "\n")


def _is_header(cells: list[str], below: list[str]) -> bool:
    lone = sum(map(_numeric, cells)) == 1  # as in `Founded: 1998`, above other facts
    return not (_numeric(cells[0]) or lone) and all(map(_names, cells, chain(below, repeat(""))))


def _names(cell: str, below: str) -> bool:
    return not _numeric(cell) or bool(_YEAR.fullmatch(cell) and not _YEAR.fullmatch(below))


def _row(header: list[str], cells: list[str]) -> str:
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


def _numeric(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def record(value: object) -> str:
    """`key: value; key: value` where that is short, so that what belongs together is read together.

    Else a line for each scalar in it, `path.to.key: value`, in order.
    """
    found = [*_lines(value)]
    flat = isinstance(value, dict) and not any(isinstance(each, dict | list) for each in value.values())
    line = "; ".join(found)
    return line if flat and len(line) <= LINE and "\n" not in line else "\n".join(found)


def _lines(value: object) -> Iterator[str]:
    pending: list[tuple[str, object]] = [("", value)]
    while pending:
        path, found = pending.pop()
        if isinstance(found, dict):
            pending.extend(
                (f"{path}.{key}" if path else str(key), found[key]) for key in reversed(found)
            )
        elif isinstance(found, list):
            pending.extend((path, item) for item in reversed(found))
        elif found is not None and found != "":
            yield f"{path}: {found}" if path else str(found)
