"""Parsers: an object's bytes to its text, one module a format."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path, PurePosixPath

from footnote.errors import Unreadable
from footnote.text.windows import is_blank
from functions.ingest.breadcrumbs import breadcrumbs
from functions.ingest.parsers import charset
from functions.ingest.parsers.document import Document, Writer, clean
from functions.ingest.parsers.formats import detect

REASON_LIMIT = 300
"""Characters of what a library says is wrong with a file."""

_QUOTED = re.compile(r"(?<!\w)(['\"]).*?\1(?!\w)")


def parse(path: Path, name: str, content_type: str, limit: int) -> Document:
    """The document in the file `path`, which the bucket calls `name`.

    At most `limit` characters. Raises Unreadable with the reason when there is no text to be had. Meant
    for a process of its own: a hostile file may use any amount of time and memory.
    """
    format = detect(path, name, content_type)
    module = import_module(f"functions.ingest.parsers.{format}")
    try:
        document: Document = module.read(path, Writer(limit, charset.of_type(content_type)))
    except (Unreadable, MemoryError):
        raise
    except RecursionError:
        raise Unreadable("It is nested too deeply.") from None
    except Exception as error:
        raise Unreadable(f"It is a broken or truncated {format} file: {_said(error)}.") from error
    if is_blank(document.text):
        raise Unreadable("It holds no text.")
    title = document.title or clean(PurePosixPath(name).stem) or clean(name)
    return replace(document, title=title, breadcrumbs=breadcrumbs(name))


def _said(error: Exception) -> str:
    """In one line, and without what it quotes, which may be of the text: a reason is logged."""
    said = _QUOTED.sub("…", " ".join(str(error).split()))
    return said[:REASON_LIMIT].rstrip(".")
