"""The program of a worker process: requests on standard input, replies on standard output.

A request names a file, the limits, and for each requested chunking a file that the pieces are written to
as JSON lines. The kernel ends the process with SIGPROF when a request exceeds its processor time.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from footnote.errors import Unreadable
from footnote.text.chunking import MIN_SIZE, Chunking
from functions.ingest import reconstruction
from functions.ingest.chunking import pieces
from functions.ingest.parsers import parse
from functions.ingest.parsers.document import Document
from functions.ingest.workers.framing import HEADER, frame


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What a library prints goes to standard error, so that it does not end up among the replies.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _preload()
    gc.freeze()  # what is loaded by now stays, so no collection has to look at it
    while request := _receive(sys.stdin.buffer):
        signal.setitimer(signal.ITIMER_PROF, request["seconds"])
        reply = _handle(request)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _send(replies, reply)
        # Few objects hold the large trees of Office files, in cycles: Python itself would collect them
        # only after hundreds of files, which need more memory than the limit.
        gc.collect()
        gc.freeze()  # else the libraries that it loaded would be looked at after every further file


def _preload() -> None:
    """Load what most files need while the parent process is still starting."""
    import markdown_it  # noqa: F401

    import functions.ingest.parsers.markdown  # noqa: F401

    list(pieces(Document("", "It has a sentence.", ""), Chunking(MIN_SIZE, 0)))


def _handle(request: dict[str, Any]) -> dict[str, Any]:
    memory = request["memory"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        return _chunk_document(request)
    except Unreadable as error:
        return {"unreadable": error.message.replace(request["path"], request["name"])}
    except MemoryError:
        return {"unreadable": f"It needs more than {memory} bytes to parse (FOOTNOTE_PARSE_MEMORY)."}


def _chunk_document(request: dict[str, Any]) -> dict[str, Any]:
    document = _document(request)
    for chunking, path in request["pieces"].items():
        with Path(path).open("w") as lines:
            for piece in pieces(document, Chunking.parse(chunking)):
                lines.write(json.dumps(asdict(piece)) + "\n")
    return {"title": document.title, "content_type": document.content_type}


def _document(request: dict[str, Any]) -> Document:
    path = Path(request["path"])
    if request["reconstructed"]:
        return reconstruction.load(path)
    return parse(path, request["name"], request["content_type"], request["limit"])


def _receive(stream: IO[bytes]) -> dict[str, Any] | None:
    """The next request; None at the end of the stream."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    return dict(json.loads(stream.read(HEADER.unpack(header)[0])))


def _send(stream: IO[bytes], message: dict[str, Any]) -> None:
    stream.write(frame(message))
    stream.flush()


if __name__ == "__main__":
    main()
