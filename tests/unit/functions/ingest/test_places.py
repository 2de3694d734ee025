"""How many objects are worked on at once, by their size."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from functions.ingest.places import AT_ONCE, LARGE, LARGE_AT_ONCE, SHARE, Places
from functions.ingest.reconciler import Reconciler
from tests.unit.functions.ingest.world import LONG, World

MIDDLING = "x" * (SHARE + 1)
FAT = "x" * (LARGE + 1)


class Desk:
    """A world in which whoever begins to read an object stays at it."""

    def __init__(self, folder: Path) -> None:
        self.begun = 0
        self._arrivals: asyncio.Queue[str] = asyncio.Queue()
        self.world = World(folder)
        self.world.shelf._step = self._stay
        self.reconciler: Reconciler = self.world.reconciler(object_limit=2 * LARGE)

    async def _stay(self, port: str) -> None:
        if port == "bucket.read":
            self.begun += 1
            self._arrivals.put_nowait(port)
            await asyncio.Event().wait()

    @asynccontextmanager
    async def working(self, contents: Iterable[str]) -> AsyncIterator[None]:
        keys = [f"{number}.md" for number, _ in enumerate(contents)]
        for key, content in zip(keys, contents, strict=True):
            self.world.shelf.put(key, content)
        tasks = [asyncio.create_task(self.reconciler.converge(key)) for key in keys]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.world.store.close()

    async def until(self, begun: int) -> None:
        for _ in range(begun):
            await self._arrivals.get()
        await asyncio.sleep(0.1)  # in which one too many may come


@pytest.mark.parametrize(
    ("content", "most"), [(LONG, AT_ONCE), (MIDDLING, AT_ONCE // 2), (FAT, LARGE_AT_ONCE)]
)
async def test_many_small_objects_are_worked_on_at_once_and_few_large_ones(
    tmp_path: Path, content: str, most: int
) -> None:
    desk = Desk(tmp_path)
    async with desk.working([content] * (most + 3)):
        await desk.until(most)
        assert desk.begun == most


async def test_small_objects_do_not_wait_for_large_ones(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    async with desk.working([FAT] * (LARGE_AT_ONCE + 1) + [LONG] * 3):
        await desk.until(LARGE_AT_ONCE + 3)
        assert desk.begun == LARGE_AT_ONCE + 3


async def test_whoever_waits_for_a_place_and_leaves_holds_up_nobody() -> None:
    places = Places()

    async def stay(size: int) -> None:
        async with places.of(size, 0):
            await asyncio.Event().wait()

    there = [asyncio.create_task(stay(LARGE)) for _ in range(AT_ONCE // 4)]
    await asyncio.sleep(0)
    leaving = asyncio.create_task(stay(LARGE))
    await asyncio.sleep(0)
    for task in (there[0], leaving):
        task.cancel()
    await asyncio.wait([there[0], leaving])
    async with asyncio.timeout(5), places.of(LARGE, 0):
        pass
    for task in there:
        task.cancel()
