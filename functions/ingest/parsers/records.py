"""Rows and nested values as text that can be searched, quoted and cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from functions.ingest.parsers.document import Writer, clean


def table(rows: Iterable[Sequence[object]], writer: Writer) -> None:
    """Write each row on a line of its own, as `header: value; header: value`.

    The first row that is not empty is the header if all its filled cells are text and it is not alone.
    """
    header: list[str] | None = None
    start = writer.length
    for row in rows:
        cells = [_cell(value) for value in row]
        if not any(cells):
            continue
        if header is None:
            header = cells if all(not _numeric(cell) for cell in cells) else []
            if header:
                continue
        writer.raw(_row(header, cells) + "\n")
    if header and writer.length == start:
        writer.raw("; ".join(filter(None, header)) + "\n")
    writer.raw("\n")


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
