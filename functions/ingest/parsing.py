"""Parsing in a process of its own, which is stopped when a file takes too long or too much memory."""

from __future__ import annotations

import asyncio
import json
import struct
import sys
from asyncio.subprocess import PIPE, Process
from math import ceil
from pathlib import Path
from typing import Any

from footnote.errors import Unreadable
from functions.ingest.parsers.document import Document, Heading

LENGTH = struct.Struct(">I")


class Parser:
    """One warm worker process; files wait for one another. Started at the first file."""

    def __init__(self, *, seconds: float, memory: int, limit: int) -> None:
        self.seconds = seconds
        self.memory = memory
        self.limit = limit
        self._worker: Process | None = None
        self._turn = asyncio.Lock()

    async def parse(self, path: Path, name: str, content_type: str) -> Document:
        """The document in the file `path`, which the bucket calls `name`. Raises Unreadable."""
        request = {"path": str(path), "name": name, "content_type": content_type, "limit": self.limit}
        async with self._turn:
            try:
                async with asyncio.timeout(self.seconds):
                    reply = await self._ask(request)
            except TimeoutError:
                raise Unreadable(
                    f"It takes more than {self.seconds:g} s to parse (FOOTNOTE_PARSE_TIMEOUT)."
                ) from None
            except (asyncio.IncompleteReadError, ConnectionError):
                raise Unreadable(
                    f"Its parser crashed, or needed over {self.memory} bytes (FOOTNOTE_PARSE_MEMORY)."
                ) from None
        return _document(reply)

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        worker = self._worker or await self._start()
        assert worker.stdin
        assert worker.stdout
        self._worker = None
        try:
            body = json.dumps(request).encode()
            worker.stdin.write(LENGTH.pack(len(body)) + body)
            head = await worker.stdout.readexactly(LENGTH.size)
            reply = await worker.stdout.readexactly(LENGTH.unpack(head)[0])
        except BaseException:
            await _end(worker)
            raise
        self._worker = worker
        return dict(json.loads(reply))

    async def _start(self) -> Process:
        limits = (str(self.memory), str(ceil(self.seconds) + 1))
        arguments = ("-m", "functions.ingest.parsers.worker", *limits)
        return await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=PIPE, stdout=PIPE)

    async def stop(self) -> None:
        if self._worker:
            await _end(self._worker)
            self._worker = None


async def _end(worker: Process) -> None:
    if worker.returncode is None:
        worker.kill()
    await worker.communicate()


def _document(reply: dict[str, Any]) -> Document:
    if "unreadable" in reply:
        raise Unreadable(reply["unreadable"])
    fields = reply["document"]
    fields["headings"] = tuple(Heading(**heading) for heading in fields["headings"])
    fields["pages"] = tuple(fields["pages"])
    return Document(**fields)
