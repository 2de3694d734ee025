"""Parsing in a process of its own, which ends when a file takes too long or too much memory."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from footnote.errors import Unreadable
from functions.ingest.chunking import Chunking, Piece
from functions.ingest.worker import Worker

WORKERS = 2
"""Files that are parsed at a time, so that a bad one does not hold up all the others."""
PATIENCE = 10
"""How many times its processor time a file may take by the clock."""


@dataclass(frozen=True, slots=True)
class Parsed:
    title: str
    content_type: str
    pieces: Iterator[Piece]
    """Read from a file beside the parsed one, which must be there for as long."""


class Parser:
    """Up to WORKERS warm processes, each started when a file needs it."""

    def __init__(
        self,
        chunking: Chunking,
        idle: Iterable[Worker] = (),
        *,
        seconds: float,
        memory: int,
        limit: int,
    ) -> None:
        """`idle` are processes that were started already."""
        self.seconds = seconds
        self._limits = {"limit": limit, "memory": memory, "chunking": asdict(chunking)}
        self._memory = memory
        self._idle = [*idle]
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
            worker = self._idle.pop() if self._idle else Worker()
            try:
                async with asyncio.timeout(PATIENCE * self.seconds):
                    reply = await worker.ask(request)
            except (asyncio.IncompleteReadError, ConnectionError):
                if await worker.end() == -signal.SIGPROF:
                    raise self._slow() from None
            except TimeoutError:
                await worker.end()
                raise self._slow() from None
            except BaseException:
                await worker.end()
                raise
            else:
                self._idle.append(worker)
                return reply
        raise Unreadable(
            f"Its parser crashed, or needed over {self._memory} bytes (FOOTNOTE_PARSE_MEMORY)."
        )

    def _slow(self) -> Unreadable:
        return Unreadable(f"It takes more than {self.seconds:g} s to parse (FOOTNOTE_PARSE_TIMEOUT).")

    async def stop(self) -> None:
        while self._idle:
            await self._idle.pop().end()


def _read(path: Path) -> Iterator[Piece]:
    with path.open("rb") as lines:
        for line in lines:
            fields = json.loads(line)
            yield Piece(**fields | {"headings": tuple(fields["headings"])})
