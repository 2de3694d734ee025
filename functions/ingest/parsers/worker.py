"""The process that parses: a request on standard input, a document on standard output, one at a time.

Each message is four bytes, its length, big-endian, and that many bytes of JSON. An alarm ends the
process when nobody is left to stop it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import struct
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from footnote.errors import Unreadable
from functions.ingest.parsers import parse

LENGTH = struct.Struct(">I")


def main() -> None:
    memory, seconds = map(int, sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while request := _receive(sys.stdin.buffer):
        signal.alarm(seconds)
        _send(replies, _answer(request, memory))
        signal.alarm(0)


def _answer(request: dict[str, Any], memory: int) -> dict[str, Any]:
    try:
        document = parse(
            Path(request["path"]), request["name"], request["content_type"], request["limit"]
        )
    except Unreadable as error:
        return {"unreadable": error.message}
    except MemoryError:
        return {"unreadable": f"It needs more than {memory} bytes to parse (FOOTNOTE_PARSE_MEMORY)."}
    return {"document": asdict(document)}


def _receive(stream: IO[bytes]) -> dict[str, Any] | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return dict(json.loads(stream.read(LENGTH.unpack(head)[0])))


def _send(stream: IO[bytes], message: dict[str, Any]) -> None:
    body = json.dumps(message).encode()
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


if __name__ == "__main__":
    main()
