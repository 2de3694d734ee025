"""Rows and nested values as text that can be searched, quoted and cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, repeat

from functions.ingest.parsers.document import Writer, clean

ABOVE = 10
"""Rows of one cell each that may stand above a table, as its title does."""

_YEAR = re.compile(r"(19|20)\d\d")


def table(rows: Iterable[Sequence[object]], writer: Writer) -> None:
    """Write each row on a line of its own, as `header: value; header: value`.

    The first row of several cells is the header if they are text, or several years after a text, and
    more rows follow. The rows above it are written as they are. If there is none so early, it is the
    first row.
    """
    records = filter(any, ([_cell(value) for value in row] for row in rows))
    first = [*islice(records, ABOVE + 2)]
    top = next((at for at, cells in enumerate(first) if sum(map(bool, cells)) > 1), 0)
    headed = len(first) > top + 1 and _is_header(*first[top : top + 2])
    for cells in first[:top]:
        writer.raw(_row([], cells) + "\n")
    header = first[top] if headed else []
    for cells in chain(first[top + headed :], records):
        writer.raw(_row(header, cells) + "\n")
    writer.raw("\n")


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


def _cell(value: object) -> str:
    return "" if value is None else " ".join(clean(str(value)).split())


def _numeric(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def lines(value: object) -> Iterator[str]:
    """`path.to.key: value`, a line for each scalar in `value`, in order."""
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
