"""Parsing in a process of its own, which ends when a file takes too long or too much memory."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from footnote.errors import Unreadable
from functions.ingest.chunking import Chunking, Piece

LENGTH = struct.Struct(">I")
WORKERS = 2
"""Files that are parsed at a time, so that a bad one does not hold up all the others."""
PATIENCE = 10
"""How many times its processor time a file may take by the clock."""
FRUGAL = {"MALLOC_ARENA_MAX": "2", "RAYON_NUM_THREADS": "1"}
"""What keeps libraries from reserving address space, which counts as memory, for threads."""


@dataclass(frozen=True, slots=True)
class Parsed:
    title: str
    content_type: str
    pieces: Iterator[Piece]
    """Read from a file beside the parsed one, which must be there for as long."""


class Parser:
    """Up to WORKERS warm processes, the first started at the first file."""

    def __init__(self, chunking: Chunking, *, seconds: float, memory: int, limit: int) -> None:
        self.seconds = seconds
        self._limits = {"limit": limit, "chunking": asdict(chunking)}
        self._memory = memory
        self._idle: list[Process] = []
        self._slots = asyncio.Semaphore(WORKERS)

    async def parse(self, path: Path, name: str, content_type: str) -> Parsed:
        """The document in the file `path`, which the bucket calls `name`. Raises Unreadable."""
        pieces = path.with_name(f"{path.name}.pieces")
        request = self._limits | {
            "path": str(path),
            "name": name,
            "content_type": content_type,
            "pieces": str(pieces),
            "seconds": self.seconds,
        }
        async with self._slots:
            reply = await self._ask(request)
        if "unreadable" in reply:
            raise Unreadable(reply["unreadable"])
        return Parsed(reply["title"], reply["content_type"], _read(pieces))

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        # A worker that ends may have been stopped by anyone, so the file gets a second chance.
        for _ in range(2):
            worker = self._idle.pop() if self._idle else await self._start()
            try:
                async with asyncio.timeout(PATIENCE * self.seconds):
                    reply = await _exchange(worker, request)
            except (asyncio.IncompleteReadError, ConnectionError):
                if await _end(worker) == -signal.SIGPROF:
                    raise self._slow() from None
            except TimeoutError:
                await _end(worker)
                raise self._slow() from None
            except BaseException:
                await _end(worker)
                raise
            else:
                self._idle.append(worker)
                return reply
        raise Unreadable(
            f"Its parser crashed, or needed over {self._memory} bytes (FOOTNOTE_PARSE_MEMORY)."
        )

    def _slow(self) -> Unreadable:
        return Unreadable(f"It takes more than {self.seconds:g} s to parse (FOOTNOTE_PARSE_TIMEOUT).")

    async def _start(self) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "functions.ingest.parsers.worker", str(self._memory)),
            stdin=PIPE,
            stdout=PIPE,
            env=os.environ | FRUGAL,
        )

    async def stop(self) -> None:
        while self._idle:
            await _end(self._idle.pop())


async def _exchange(worker: Process, request: dict[str, Any]) -> dict[str, Any]:
    assert worker.stdin
    assert worker.stdout
    body = json.dumps(request).encode()
    worker.stdin.write(LENGTH.pack(len(body)) + body)
    head = await worker.stdout.readexactly(LENGTH.size)
    return dict(json.loads(await worker.stdout.readexactly(LENGTH.unpack(head)[0])))


async def _end(worker: Process) -> int | None:
    """How the process ended: by itself if it had, or because it is stopped now."""
    try:
        async with asyncio.timeout(1):
            await worker.wait()
    except TimeoutError:
        worker.kill()
    await worker.communicate()
    return worker.returncode


def _read(path: Path) -> Iterator[Piece]:
    with path.open("rb") as lines:
        for line in lines:
            fields = json.loads(line)
            yield Piece(**fields | {"headings": tuple(fields["headings"])})
