"""How many objects are processed at a time, by their size."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from footnote.store import Store
from footnote.store.sqlite import SqliteStore
from functions.ingest.admission import (
    LARGE_BYTES,
    LARGE_CHUNKS,
    MAX_KEYS,
    MAX_LARGE,
    SLOT_BYTES,
    AdmissionControl,
)
from functions.ingest.reconciler import Reconciler
from tests.unit.functions.ingest.world import LONG, World

MIDDLING = "x" * (SLOT_BYTES + 1)
FAT = "x" * (LARGE_BYTES + 1)


TURNS = 20
"""Of the loop, more than lie between any two calls of the store or the bucket."""


class CountingStore:
    """A store that counts its pending calls."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.pending = 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        async def call(*args: Any) -> Any:
            self.pending += 1
            try:
                return await method(*args)
            finally:
                self.pending -= 1

        return call


class BlockedReads:
    """A world in which no read of an object ever ends."""

    def __init__(self, folder: Path) -> None:
        self.begun = 0
        self._store = CountingStore(SqliteStore(folder / "index.sqlite"))
        self._world = World(folder, self._block, store=self._store)
        self._reconciler: Reconciler = self._world.reconciler(object_limit=2 * LARGE_BYTES)

    async def _block(self, port: str) -> None:
        if port == "bucket.read":
            self.begun += 1
            await asyncio.Event().wait()

    @asynccontextmanager
    async def working(self, contents: Iterable[str]) -> AsyncIterator[None]:
        """Process an object of each content until each is being read or waits for admission."""
        keys = [f"{number}.md" for number, _ in enumerate(contents)]
        for key, content in zip(keys, contents, strict=True):
            self._world.bucket.put(key, content)
        tasks = [asyncio.create_task(self._reconciler.converge(key)) for key in keys]
        await self._idle()
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._store.close()

    async def _idle(self) -> None:
        turns = 0
        while turns < TURNS:
            await asyncio.sleep(0)
            turns = 0 if self._store.pending else turns + 1


@pytest.mark.parametrize(
    ("content", "most"), [(LONG, MAX_KEYS), (MIDDLING, MAX_KEYS // 2), (FAT, MAX_LARGE)]
)
async def test_many_small_and_few_large_objects_are_processed_at_a_time(
    tmp_path: Path, content: str, most: int
) -> None:
    reads = BlockedReads(tmp_path)
    async with reads.working([content] * (most + 3)):
        assert reads.begun == most


async def test_small_objects_do_not_wait_for_large_ones(tmp_path: Path) -> None:
    reads = BlockedReads(tmp_path)
    async with reads.working([FAT] * (MAX_LARGE + 1) + [LONG] * 3):
        assert reads.begun == MAX_LARGE + 3


@pytest.mark.parametrize(
    ("chunks", "most"), [(LARGE_CHUNKS, MAX_LARGE + 1), (LARGE_CHUNKS + 1, MAX_LARGE)]
)
async def test_a_document_of_many_chunks_is_large_however_few_bytes_it_has(
    chunks: int, most: int
) -> None:
    admission_control, begun = AdmissionControl(), list[int]()

    async def work(number: int) -> None:
        async with admission_control.admit_object(1, chunks):
            begun.append(number)
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(work(number)) for number in range(MAX_LARGE + 1)]
    for _ in range(TURNS):
        await asyncio.sleep(0)
    assert len(begun) == most
    for task in tasks:
        task.cancel()


async def test_a_cancelled_waiter_does_not_block_others() -> None:
    admission_control = AdmissionControl()

    async def stay(size: int) -> None:
        async with admission_control.admit_object(size, 0):
            await asyncio.Event().wait()

    there = [asyncio.create_task(stay(LARGE_BYTES)) for _ in range(MAX_KEYS // 4)]
    await asyncio.sleep(0)
    leaving = asyncio.create_task(stay(LARGE_BYTES))
    await asyncio.sleep(0)
    for task in (there[0], leaving):
        task.cancel()
    await asyncio.wait([there[0], leaving])
    async with asyncio.timeout(5), admission_control.admit_object(LARGE_BYTES, 0):
        pass
    for task in there:
        task.cancel()
