"""Parsing in a process of its own, which ends when a file takes too long or too much memory."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from footnote.errors import Unreadable
from footnote.store import Chunk, Manifest
from functions.ingest import stored
from functions.ingest.chunking import Piece
from functions.ingest.worker import Worker

WORKERS = 2
"""Files that are parsed at a time, so that a bad one does not hold up all the others."""
PATIENCE = 10
"""How many times its processor time a file may take by the clock."""


@dataclass(frozen=True, slots=True)
class Parsed:
    title: str
    content_type: str
    pieces: Callable[[str], Iterator[Piece]]
    """By a chunking that was asked for; read from a file, there for as long as the parsed one."""


class Parser:
    """Up to WORKERS warm processes, each started when a file needs it."""

    def __init__(self, idle: Iterable[Worker] = (), *, seconds: float, memory: int, limit: int) -> None:
        """`idle` are processes that were started already."""
        self.seconds = seconds
        self._limits = {"limit": limit, "memory": memory}
        self._memory = memory
        self._idle = [*idle]
        self._slots = asyncio.Semaphore(WORKERS)

    async def parse(
        self, path: Path, name: str, content_type: str, chunkings: Collection[str]
    ) -> Parsed:
        """The document in the file `path`, which the bucket calls `name`. Raises Unreadable."""
        return await self._parsed(path, chunkings, stored=False, name=name, content_type=content_type)

    @asynccontextmanager
    async def recut(
        self, manifest: Manifest, chunks: Collection[Chunk], chunkings: Collection[str]
    ) -> AsyncIterator[Parsed]:
        """The document that an index holds as `chunks`, cut anew. Raises Unreadable."""
        with TemporaryDirectory(prefix="footnote-") as folder:
            path = Path(folder) / "document"
            await asyncio.to_thread(stored.write, stored.document(manifest, list(chunks)), path)
            yield await self._parsed(path, chunkings, stored=True, name=manifest.key)

    async def stop(self) -> None:
        while self._idle:
            await self._idle.pop().end()

    async def _parsed(self, path: Path, chunkings: Collection[str], **about: Any) -> Parsed:
        pieces = {chunking: path.with_name(f"{path.name}.{chunking}") for chunking in chunkings}
        files = {chunking: str(file) for chunking, file in pieces.items()}
        async with self._slots:
            reply = await self._ask(
                {**self._limits, **about, "seconds": self.seconds, "path": str(path), "pieces": files}
            )
        if "unreadable" in reply:
            raise Unreadable(reply["unreadable"])
        return Parsed(reply["title"], reply["content_type"], lambda chunking: _read(pieces[chunking]))

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


def _read(path: Path) -> Iterator[Piece]:
    with path.open("rb") as lines:
        for line in lines:
            fields = json.loads(line)
            headings, marks = tuple(fields["headings"]), tuple(map(tuple, fields["marks"]))
            yield Piece(**fields | {"headings": headings, "marks": marks})
