"""JSON: every value with the path that leads to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from footnote.errors import Unreadable
from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.encoding import read_text

MAX_LINE = 500
"""Characters of a record that is written on one line."""


def read(path: Path, writer: Writer) -> Document:
    value = load(read_text(path, writer.charset), "It")
    if isinstance(value, dict) and not _is_flat(value):
        writer.block("\n".join(_lines(value)))
    else:
        for each in value if isinstance(value, list) else [value]:
            writer.block(record(each))
    title = value.get("title", "") if isinstance(value, dict) else ""
    return writer.document(title if isinstance(title, str) else "", "application/json")


def load(text: str, what: str) -> object:
    """The parsed JSON. Raises Unreadable with a reason that calls the text `what`."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{what} is not valid JSON: {error}.") from None
    except RecursionError:
        raise Unreadable(f"{what} is nested too deeply.") from None


def record(value: object) -> str:
    """A short object as one line `key: value; path.to.key: value`, so that it stays together.

    Anything else, or an object that is nested more than once, as a line for each value.
    """
    return _row("", value) or "\n".join(_lines(value))


def _row(path: str, value: object) -> str:
    """The object on one line; empty if it does not belong on one."""
    if not isinstance(value, dict) or not all(map(_is_flat, value.values())):
        return ""
    line = "; ".join(_lines(value, path))
    return line if len(line) <= MAX_LINE and "\n" not in line else ""


def _is_flat(value: object) -> bool:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not any(isinstance(each, dict | list) for each in members)


def _lines(value: object, path: str = "") -> Iterator[str]:
    """`path.to.key: value` for each value that is neither an object nor a list, in order.

    A short object in a list, as the row of a table, is a single line.
    """
    pending: list[tuple[str, object]] = [(path, value)]
    while pending:
        path, found = pending.pop()
        if isinstance(found, dict):
            pending.extend(
                (f"{path}.{key}" if path else str(key), found[key]) for key in reversed(found)
            )
        elif isinstance(found, list):
            items = ((_row(path, item), item) for item in reversed(found))
            pending.extend(("", row) if row else (path, item) for row, item in items)
        elif found is not None and found != "":
            text = json.dumps(found) if isinstance(found, bool) else found
            yield f"{path}: {text}" if path else str(text)
