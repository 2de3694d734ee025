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
from footnote.store import (
    Chunk,
    ChunkCounts,
    Generation,
    Leftover,
    Manifest,
    Query,
    Recipe,
    SearchResult,
    State,
)
from footnote.store.fusion import Fusion, fuse
from footnote.store.generations import generation_for
from footnote.store.sqlite import documents, drift, generations, search, vacuum
from footnote.store.sqlite.database import THREADS, Database, Work
from footnote.store.sqlite.scope import Scope
from footnote.store.terms import query_terms

if TYPE_CHECKING:
    from footnote.store.sqlite.vectors import Cosines, VectorCache

STEP_PAUSE = 0.12
"""Seconds between two batches of a clean-up: a waiting writer retries every 0.1 seconds at most."""


class SqliteStore:
    """Keyword search by FTS5, exact vector search in numpy; serves about 100,000 chunks."""

    def __init__(self, path: Path, fusion: Fusion = "minmax") -> None:
        self._database = Database(path)
        self._fusion: Fusion = fusion
        self._vector_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sqlite-vectors")

    @cached_property
    def _vectors(self) -> VectorCache:
        from footnote.store.sqlite.vectors import VectorCache

        return VectorCache()

    async def ensure_live(self, recipe: Recipe) -> Generation:
        return await self._database.write(partial(generations.ensure_live, recipe=recipe))

    async def live(self) -> Generation | None:
        return await self._database.read(generations.live)

    async def generations(self) -> tuple[Generation, ...]:
        return await self._database.read(generations.load)

    async def create_next(self, recipe: Recipe) -> Generation:
        return await self._database.write(partial(generations.create_next, recipe=recipe))

    async def switch(self, generation: Generation) -> None:
        await self._database.write(partial(generations.switch, generation=generation))

    async def drop(self, generation: Generation) -> None:
        await self._database.write(partial(generations.mark_dropped, generation=generation))
        await self._clean_up()

    async def manifest(self, document: str) -> Manifest | None:
        return await self._database.read(partial(documents.manifest, document=document))

    async def manifests(
        self, *, state: State | None = None, after: str = "", prefix: str = ""
    ) -> AsyncGenerator[Manifest, None]:
        while page := await self._database.read(
            partial(documents.manifests, state=state, after=after, prefix=prefix)
        ):
            for manifest in page:
                yield manifest
            after = page[-1].id

    async def missing_from(self, generation: Generation) -> AsyncGenerator[Manifest, None]:
        async for manifest in self.manifests():
            if manifest.missing_from([generation]):
                yield manifest

    async def chunk_counts(self, generation: Generation) -> ChunkCounts:
        return await self._database.read(partial(documents.chunk_counts, generation=generation))

    async def stage(self, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation) -> None:
        work = partial(documents.stage, manifest=manifest, chunks=chunks, generation=generation)
        await self._database.write(work)

    async def commit(self, manifest: Manifest, optional: Collection[str] = ()) -> Manifest:
        work = partial(documents.commit, manifest=manifest, optional=optional)
        committed, has_more = await self._database.write(work)
        if has_more:
            with suppress(Unavailable):  # it is committed; a later clean-up removes the rest
                await self._remove_superseded(manifest.id)
        return committed

    async def discard(self, manifest: Manifest) -> None:
        await self._remove_superseded(manifest.id)

    async def leftovers(self) -> AsyncGenerator[Leftover, None]:
        for leftover in await self._database.read(documents.leftovers):
            yield leftover

    async def search(self, query: Query) -> SearchResult:
        return await self._database.read(partial(self._search, query=query))

    async def revision(self) -> str | None:
        return await self._database.revision()

    async def optimize(self) -> list[str]:
        return []

    async def save_drift_report(self, report: DriftReport) -> None:
        await self._clean_up()  # what an interrupted removal left
        await self._database.write(partial(drift.put, report=report))

    async def drift_report(self) -> DriftReport | None:
        return await self._database.read(drift.last)

    async def chunks(self, document: str, groups: frozenset[str] | None) -> list[Chunk]:
        return await self._database.read(partial(documents.chunks, document=document, groups=groups))

    async def ping(self) -> None:
        await self._database.read(generations.live)

    async def close(self) -> None:
        await asyncio.to_thread(self._vector_threads.shutdown)
        await self._database.close()

    async def _remove_superseded(self, document: str) -> None:
        step = partial(documents.remove_superseded, document=document)
        await self._repeat(self._database.write, step)

    async def _clean_up(self) -> None:
        """Remove chunks that no reader will see again, and give their space back to the disk."""
        await self._repeat(self._database.write, generations.remove_dropped)
        await self._repeat(self._database.write, documents.remove_superseded)
        with suppress(Unavailable):  # others who use the file go first
            await self._vacuum()

    async def _vacuum(self) -> None:
        if await self._database.read(vacuum.is_due):
            await self._database.write(vacuum.begin_merge)
            await self._repeat(self._database.write, vacuum.merge)
            await self._repeat(self._database.autocommit, vacuum.free_pages)
        await self._database.truncate_wal()

    async def _repeat(self, run: Callable[[Work[bool]], Awaitable[bool]], step: Work[bool]) -> None:
        """Run `step` until it returns that there is no more to do."""
        has_more = await run(step)
        while has_more:
            await asyncio.sleep(STEP_PAUSE)
            has_more = await run(step)

    def _submit_cosines(
        self, connection: Connection, generation: Generation, query: Query
    ) -> Future[Cosines] | None:
        """Compute cosines in another thread, while this one searches by keyword."""
        if query.mode == "keyword" or query.vector is None:
            return None
        vectors = self._vectors.current(connection, generation)
        return self._vector_threads.submit(vectors.cosines, query.vector)

    def _search(self, connection: Connection, query: Query) -> SearchResult:
        started = time.perf_counter()
        generation = generation_for(query, generations.load(connection))
        scope, terms = Scope(generation, query), query_terms(query.text)
        arms, cosines = [], {}
        submitted = self._submit_cosines(connection, generation, query)
        if query.mode != "vector":
            arms.append(search.keyword_arm(connection, scope, terms))
        if submitted:
            arms.append(cosines := search.vector_arm(connection, scope, submitted.result()))
        best = fuse(arms, self._fusion)[: query.top_k]
        passages = search.passages(connection, best, cosines)
        covered, unknown = search.coverages(connection, scope, terms, [row for row, _ in best])
        took_ms = (time.perf_counter() - started) * 1000
        return SearchResult(passages, generation, covered, took_ms, unknown)
