"""Parsers: from the content of an object to its text, one module for each format."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path, PurePosixPath

from footnote.errors import Unreadable
from footnote.text.windows import is_blank
from functions.ingest.breadcrumbs import breadcrumbs
from functions.ingest.parsers.document import Document, Writer, clean
from functions.ingest.parsers.encoding import charset
from functions.ingest.parsers.formats import detect

MAX_REASON = 300
"""Characters of a library's error message."""

XML_NO_MEMORY = 2
"""Code of the syntax error by which lxml reports that its memory is exhausted."""

_QUOTED = re.compile(r"(?<!\w)(['\"]).*?\1(?!\w)")


def parse(path: Path, name: str, content_type: str, limit: int) -> Document:
    """Parse the object `name`, whose content is in the file `path`, to at most `limit` characters.

    Raises Unreadable with a reason if it has no text or too much of it, or cannot be read; MemoryError.
    Call it in a process with limits: a malicious file can take any amount of time and memory.
    """
    format = detect(path, name, content_type)
    module = import_module(f"functions.ingest.parsers.{format}")
    try:
        document: Document = module.read(path, Writer(limit, charset.from_content_type(content_type)))
    except (Unreadable, MemoryError):
        raise
    except RecursionError:
        raise Unreadable("It is nested too deeply.") from None
    except Exception as error:
        if isinstance(error, SyntaxError) and getattr(error, "code", 0) == XML_NO_MEMORY:
            raise MemoryError from error
        raise Unreadable(f"It is a broken or truncated {format} file: {_reason(error)}.") from error
    if is_blank(document.text):
        raise Unreadable("It holds no text.")
    title = document.title or clean(PurePosixPath(name).stem) or clean(name)
    return replace(document, title=title, breadcrumbs=breadcrumbs(name))


def _reason(error: Exception) -> str:
    """The error message in one line, without quotations: reasons are logged, the text must not be."""
    message = _QUOTED.sub("…", " ".join(str(error).split()))
    return message[:MAX_REASON].rstrip(".")
