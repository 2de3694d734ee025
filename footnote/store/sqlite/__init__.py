"""The embedded store: one SQLite file that every process on the machine shares."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING

from footnote.contracts import DriftReport
from footnote.errors import Unavailable
from footnote.store import Chunk, Found, Generation, Leftover, Manifest, Query, State
from footnote.store.fusion import Fusion, fuse
from footnote.store.generations import asked_of
from footnote.store.sqlite import drift as reports
from footnote.store.sqlite import generations, search, tables, upkeep
from footnote.store.sqlite.database import THREADS, Database, Work
from footnote.store.sqlite.scope import Scope
from footnote.store.words import words

if TYPE_CHECKING:
    from footnote.store.sqlite.vectors import Cosines, VectorCache

TURN = 0.12
"""Seconds between two steps: SQLite has a writer who waits look again after 0.1 at most."""


class SqliteStore:
    """Keyword search by FTS5, exact vector search in numpy; serves about 100,000 chunks."""

    def __init__(self, path: Path, fusion: Fusion = "minmax") -> None:
        self._database = Database(path)
        self._fusion: Fusion = fusion
        self._products = ThreadPoolExecutor(THREADS, thread_name_prefix="sqlite-products")

    @cached_property
    def _vectors(self) -> VectorCache:
        from footnote.store.sqlite.vectors import VectorCache

        return VectorCache()

    async def prepare(self, model: str, dimensions: int, chunking: str) -> Generation:
        work = partial(generations.prepare, model=model, dimensions=dimensions, chunking=chunking)
        return await self._database.write(work)

    async def live(self) -> Generation | None:
        return await self._database.read(generations.live)

    async def generations(self) -> tuple[Generation, ...]:
        return await self._database.read(generations.kept)

    async def begin(self, model: str, dimensions: int, chunking: str) -> Generation:
        work = partial(generations.begin, model=model, dimensions=dimensions, chunking=chunking)
        return await self._database.write(work)

    async def switch(self, generation: Generation) -> None:
        await self._database.write(partial(generations.switch, generation=generation))

    async def drop(self, generation: Generation) -> None:
        await self._database.write(partial(generations.forget, generation=generation))
        await self._sweep()

    async def manifest(self, document: str) -> Manifest | None:
        return await self._database.read(partial(tables.manifest, document=document))

    async def manifests(
        self, *, state: State | None = None, after: str = "", prefix: str = ""
    ) -> AsyncGenerator[Manifest, None]:
        while page := await self._database.read(
            partial(tables.manifests, state=state, after=after, prefix=prefix)
        ):
            for manifest in page:
                yield manifest
            after = page[-1].id

    async def lacking(self, generation: Generation) -> AsyncGenerator[Manifest, None]:
        async for manifest in self.manifests():
            if manifest.missing([generation]):
                yield manifest

    async def stage(self, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation) -> None:
        work = partial(tables.stage, manifest=manifest, chunks=chunks, generation=generation)
        await self._database.write(work)

    async def commit(self, manifest: Manifest, spare: Collection[str] = ()) -> Manifest:
        work = partial(tables.commit, manifest=manifest, spare=spare)
        committed, is_more = await self._database.write(work)
        if is_more:
            with suppress(Unavailable):  # it is committed; what is left goes with a sweep
                await self._clear(manifest.id)
        return committed

    async def discard(self, manifest: Manifest) -> None:
        await self._clear(manifest.id)

    async def leftovers(self) -> AsyncGenerator[Leftover, None]:
        for leftover in await self._database.read(tables.leftovers):
            yield leftover

    async def search(self, query: Query) -> Found:
        return await self._database.read(partial(self._search, query=query))

    async def revision(self) -> str | None:
        return await self._database.revision()

    async def report(self, drift: DriftReport) -> None:
        await self._sweep()  # what was interrupted left it
        await self._database.write(partial(reports.put, report=drift))

    async def reported(self) -> DriftReport | None:
        return await self._database.read(reports.last)

    async def chunks(self, document: str, groups: frozenset[str] | None) -> list[Chunk]:
        return await self._database.read(partial(tables.chunks, document=document, groups=groups))

    async def ping(self) -> None:
        await self._database.read(generations.live)

    async def close(self) -> None:
        await asyncio.to_thread(self._products.shutdown)
        await self._database.close()

    async def _clear(self, document: str) -> None:
        await self._finish(self._database.write, partial(tables.clear, document=document))

    async def _sweep(self) -> None:
        """Remove what nobody will see again."""
        await self._finish(self._database.write, generations.sweep)
        await self._finish(self._database.write, tables.clear)
        with suppress(Unavailable):  # whoever is at work needs the file more than others its room
            await self._give_back()

    async def _give_back(self) -> None:
        if await self._database.read(upkeep.is_due):
            await self._database.write(upkeep.begin_merge)
            await self._finish(self._database.write, upkeep.merge)
            await self._finish(self._database.alone, upkeep.give_back)
        await self._database.truncate()

    async def _finish(self, run: Callable[[Work[bool]], Awaitable[bool]], step: Work[bool]) -> None:
        """Take step after step, while there is more to do."""
        is_more = await run(step)
        while is_more:
            await asyncio.sleep(TURN)
            is_more = await run(step)

    def _product(
        self, connection: Connection, generation: Generation, query: Query
    ) -> Future[Cosines] | None:
        """Under way while the connection, which it does not need, finds the words."""
        if query.mode == "keyword" or query.vector is None:
            return None
        vectors = self._vectors.current(connection, generation)
        return self._products.submit(vectors.cosines, query.vector)

    def _search(self, connection: Connection, query: Query) -> Found:
        started = time.perf_counter()
        generation = asked_of(generations.kept(connection), query)
        scope, asked = Scope(generation, query), words(query.text)
        arms, near = [], {}
        product = self._product(connection, generation, query)
        if query.mode != "vector":
            arms.append(search.keyword_arm(connection, scope, asked))
        if product:
            arms.append(near := search.vector_arm(connection, scope, product.result()))
        best = fuse(arms, self._fusion)[: query.top_k]
        return Found(
            search.passages(connection, best, near),
            generation,
            search.covered(connection, scope, asked, [row for row, _ in best]),
            (time.perf_counter() - started) * 1000,
        )
