"""JSON: every value with the path that leads to it."""

from __future__ import annotations

import json
from pathlib import Path

from footnote.errors import Unreadable
from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.encoding import decode
from functions.ingest.parsers.records import record


def read(path: Path, writer: Writer) -> Document:
    value = load(decode(path, writer.charset), "It")
    for each in value if isinstance(value, list) else [value]:
        writer.block(record(each))
    title = value.get("title", "") if isinstance(value, dict) else ""
    return writer.document(title if isinstance(title, str) else "", "application/json")


def load(text: str, what: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{what} is not valid JSON: {error}.") from None
    except RecursionError:
        raise Unreadable(f"{what} is nested too deeply.") from None
