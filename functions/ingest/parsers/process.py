"""The process that parses: requests on standard input, what came of each on standard output.

The pieces go to a file for each chunking that is asked for, a line of JSON each. The process ends when a
file takes too much of the processor.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from footnote.errors import Unreadable
from footnote.text import wordpieces
from footnote.text.chunking import Chunking
from functions.ingest import stored
from functions.ingest.chunking import pieces
from functions.ingest.framing import LENGTH, framed
from functions.ingest.parsers import parse
from functions.ingest.parsers.document import Document


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _prepare()
    while request := _receive(sys.stdin.buffer):
        signal.setitimer(signal.ITIMER_PROF, request["seconds"])
        reply = _answer(request)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _send(replies, reply)


def _prepare() -> None:
    """Load what most files need, while whoever asks is not ready yet either."""
    import markdown_it  # noqa: F401
    import sentencex  # noqa: F401

    wordpieces.tokenizer()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    memory = request["memory"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        return _work(request)
    except Unreadable as error:
        return {"unreadable": error.message.replace(request["path"], request["name"])}
    except MemoryError:
        return {"unreadable": f"It needs more than {memory} bytes to parse (FOOTNOTE_PARSE_MEMORY)."}


def _work(request: dict[str, Any]) -> dict[str, Any]:
    document = _document(request)
    for chunking, path in request["pieces"].items():
        with Path(path).open("w") as lines:
            for piece in pieces(document, Chunking.parse(chunking)):
                lines.write(json.dumps(asdict(piece)) + "\n")
    return {"title": document.title, "content_type": document.content_type}


def _document(request: dict[str, Any]) -> Document:
    path = Path(request["path"])
    if request["stored"]:
        return stored.read(path)
    return parse(path, request["name"], request["content_type"], request["limit"])


def _receive(stream: IO[bytes]) -> dict[str, Any] | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return dict(json.loads(stream.read(LENGTH.unpack(head)[0])))


def _send(stream: IO[bytes], message: dict[str, Any]) -> None:
    stream.write(framed(message))
    stream.flush()


if __name__ == "__main__":
    main()
