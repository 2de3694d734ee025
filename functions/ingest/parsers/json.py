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
    """A short flat object as one line `key: value; key: value`, so that it stays together.

    Anything else as a line `path.to.key: value` for each scalar, in order.
    """
    found = [*_lines(value)]
    flat = isinstance(value, dict) and not any(isinstance(each, dict | list) for each in value.values())
    line = "; ".join(found)
    return line if flat and len(line) <= MAX_LINE and "\n" not in line else "\n".join(found)


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
