"""Histories of writes and deletions, with whatever may go wrong, against what a reader may see."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footnote.errors import Unavailable
from functions.ingest.reconciler import Reconciler
from tests.unit.functions.ingest.world import Shelf, World

KEYS = ("a", "b")
CONTENTS = (
    "One.",
    "Two.",
    " ".join(f"Sentence {number} of the long one." for number in range(8)),
    "",
    "\x89PNG\r\n\x1a\n",
)
PARTIES = 2


@dataclass(frozen=True)
class Event:
    """Something that happens: an object is written or deleted, or a party hears of it."""

    kind: str
    key: str
    content: int = 0
    party: int = 0
    fault: int | None = None
    """At which of its steps the party is cut off, if at all."""
    killed: bool = False
    """Whether it is stopped there for good, or a dependency fails."""


EVENTS = st.lists(
    st.builds(Event, st.just("write"), st.sampled_from(KEYS), st.integers(0, len(CONTENTS) - 1))
    | st.builds(Event, st.just("delete"), st.sampled_from(KEYS))
    | st.builds(
        Event,
        st.just("hear"),
        st.sampled_from(KEYS),
        party=st.integers(0, PARTIES - 1),
        fault=st.none() | st.integers(0, 12),
        killed=st.booleans(),
    ),
    min_size=2,
    max_size=25,
)


class History:
    """Several parties over one bucket and one index, whose calls interleave as `order` says."""

    def __init__(self, folder: Path, order: random.Random) -> None:
        self.shelf = Shelf()
        self.order = order
        self.worlds = [World(folder, self.step, self.shelf) for _ in range(PARTIES)]
        self.shelf._step = self.step
        self.reconcilers = [world.reconciler() for world in self.worlds]
        self.faults: dict[asyncio.Task[object], Event] = {}
        self.steps: dict[asyncio.Task[object], int] = defaultdict(int)
        self.written: dict[str, set[str]] = {key: {""} for key in KEYS}

    async def step(self, name: str) -> None:
        for _ in range(self.order.randrange(3)):
            await asyncio.sleep(0)
        task = asyncio.current_task()
        assert task is not None
        event = self.faults.get(task)
        self.steps[task] += 1
        if event and event.fault == self.steps[task]:
            if event.killed:
                raise asyncio.CancelledError
            raise Unavailable(f"{name} is down")

    async def play(self, events: list[Event]) -> None:
        tasks = []
        for event in events:
            if event.kind == "write":
                self.shelf.put(event.key, CONTENTS[event.content].encode("latin-1"))
                self.written[event.key].add(_seen(CONTENTS[event.content]))
            elif event.kind == "delete":
                self.shelf.delete(event.key)
            else:
                tasks.append(self.hear(self.reconcilers[event.party], event))
            for _ in range(self.order.randrange(4)):
                await asyncio.sleep(0.0005)
            await self.look()
        await asyncio.gather(*tasks, return_exceptions=True)

    def hear(self, reconciler: Reconciler, event: Event) -> asyncio.Task[object]:
        task: asyncio.Task[object] = asyncio.create_task(reconciler.converge(event.key))  # type: ignore[arg-type]
        self.faults[task] = event
        return task

    async def look(self) -> None:
        """A reader sees a document as it once was, whole, or not at all."""
        for key in KEYS:
            assert await self.worlds[0].text(key) in self.written[key]

    async def settle(self) -> None:
        """Once things are quiet, each key is looked at once more."""
        for key in KEYS:
            await self.reconcilers[0].converge(key)
            present = self.shelf.objects.get(key)
            content = present[1].decode("latin-1") if present else ""
            assert await self.worlds[0].text(key) == _seen(content)

    async def renew(self) -> None:
        """Each object changes once more: what killed parties left goes with its next version."""
        for key in KEYS:
            self.shelf.put(key, f"Renewed {key}.")
            await self.reconcilers[0].converge(key)

    def orphans(self) -> int:
        """Chunks that no manifest names."""
        query = (
            "SELECT count(*) FROM chunks WHERE NOT EXISTS (SELECT 1 FROM manifests WHERE"
            " manifests.id = chunks.document AND manifests.version = chunks.version)"
        )
        connection = sqlite3.connect(self.worlds[0].path)
        try:
            return int(connection.execute(query).fetchone()[0])
        finally:
            connection.close()

    async def close(self) -> None:
        for world in self.worlds:
            await world.store.close()


def _seen(content: str) -> str:
    return "" if content.startswith("\x89") else content


async def converges(events: list[Event], seed: int) -> None:
    with TemporaryDirectory() as folder:
        history = History(Path(folder), random.Random(seed))
        try:
            await history.play(events)
            await history.settle()
            await history.renew()
            assert history.orphans() == 0
        finally:
            await history.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EVENTS, st.integers(0, 2**16))
def test_whatever_happens_the_index_follows_the_bucket(events: list[Event], seed: int) -> None:
    asyncio.run(converges(events, seed))
