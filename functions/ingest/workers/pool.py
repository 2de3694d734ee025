"""A pool of worker processes that parse and chunk."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from footnote.errors import Unreadable
from footnote.store import Chunk, Manifest
from functions.ingest.parsing import Parsed
from functions.ingest.piece import Piece
from functions.ingest.workers.worker import Worker

MAX_WORKERS = 2
"""More than one, so that a file that is slow to parse does not block all others."""
WALL_CLOCK_FACTOR = 10
"""How many times its limit of processor time a file may take by the clock."""


class WorkerPool:
    """Up to MAX_WORKERS processes, each started on demand and reused; one that fails is replaced."""

    def __init__(self, idle: Iterable[Worker] = (), *, seconds: float, memory: int, limit: int) -> None:
        """`idle` are workers that run already.

        A file may take `seconds` of processor time and `memory` bytes, and hold `limit` characters.
        """
        self.seconds = seconds
        self._limits = {"limit": limit, "memory": memory}
        self._memory = memory
        self._idle = [*idle]
        self._slots = asyncio.Semaphore(MAX_WORKERS)

    async def parse(
        self, path: Path, name: str, content_type: str, chunkings: Collection[str]
    ) -> Parsed:
        return await self._submit(
            path, chunkings, reconstructed=False, name=name, content_type=content_type
        )

    @asynccontextmanager
    async def rechunk(
        self, manifest: Manifest, chunks: Collection[Chunk], chunkings: Collection[str]
    ) -> AsyncIterator[Parsed]:
        from functions.ingest import reconstruction

        with TemporaryDirectory(prefix="footnote-") as folder:
            path = Path(folder) / "document"
            document = reconstruction.reconstruct(manifest, list(chunks))
            await asyncio.to_thread(reconstruction.dump, document, path)
            yield await self._submit(path, chunkings, reconstructed=True, name=manifest.key)

    async def stop(self) -> None:
        while self._idle:
            await self._idle.pop().stop()

    async def _submit(self, path: Path, chunkings: Collection[str], **job: Any) -> Parsed:
        pieces = {chunking: path.with_name(f"{path.name}.{chunking}") for chunking in chunkings}
        files = {chunking: str(file) for chunking, file in pieces.items()}
        async with self._slots:
            reply = await self._request(
                {**self._limits, **job, "seconds": self.seconds, "path": str(path), "pieces": files}
            )
        if "unreadable" in reply:
            raise Unreadable(reply["unreadable"])
        return Parsed(
            reply["title"], reply["content_type"], lambda chunking: _read_pieces(pieces[chunking])
        )

    async def _request(self, message: dict[str, Any]) -> dict[str, Any]:
        # A worker may have been killed for a reason other than this file, so the file gets two attempts.
        for _ in range(2):
            worker = self._idle.pop() if self._idle else Worker()
            try:
                async with asyncio.timeout(WALL_CLOCK_FACTOR * self.seconds):
                    reply = await worker.request(message)
            except (asyncio.IncompleteReadError, ConnectionError):
                if await worker.stop() == -signal.SIGPROF:
                    raise self._timed_out() from None
            except TimeoutError:
                await worker.stop()
                raise self._timed_out() from None
            except BaseException:
                await worker.stop()
                raise
            else:
                self._idle.append(worker)
                return reply
        raise Unreadable(
            f"The parser crashed, or needed over {self._memory} bytes (FOOTNOTE_PARSE_MEMORY)."
        )

    def _timed_out(self) -> Unreadable:
        return Unreadable(f"It takes more than {self.seconds:g} s to parse (FOOTNOTE_PARSE_TIMEOUT).")


def _read_pieces(path: Path) -> Iterator[Piece]:
    with path.open("rb") as lines:
        for line in lines:
            fields = json.loads(line)
            headings, marks = tuple(fields["headings"]), tuple(map(tuple, fields["marks"]))
            yield Piece(**fields | {"headings": headings, "marks": marks})
