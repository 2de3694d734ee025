"""Every interleaving of the requests of a search and a commit finds the old or the new version."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pytest

from footnote.store import Generation, Manifest, Store
from tests.contract.rigs import Rig
from tests.contract.samples import chunks, following, put, texts, unknown
from tests.simulation.controllers import Controller
from tests.simulation.scheduling import Activity, run_pending

OLD = ["The heron fishes.", "The heron waits."]
NEW = ["The heron sleeps.", "The heron dreams.", "The heron snores."]

SEARCH = 5
"""Requests that a search may be in the middle of."""

Write = Callable[[Store, Generation, Manifest], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a document, and the texts that a search may find before and after it."""

    write: Write
    after: Sequence[str]
    before: Sequence[str] = ()
    there: bool = True
    groups: tuple[str, ...] = ()
    """The document's groups before the change."""


async def replace(store: Store, generation: Generation, before: Manifest) -> None:
    """Replace the content, staged in two batches."""
    manifest, parts = following(before, generation, NEW), chunks(NEW)
    await store.stage(manifest, parts[:2], generation)
    await store.stage(manifest, parts[2:], generation)
    await store.commit(manifest)


def govern(*groups: str) -> Write:
    async def write(store: Store, generation: Generation, before: Manifest) -> None:
        await store.commit(following(before, generation, OLD, version=before.version, groups=groups))

    return write


CHANGES = {
    "written": Change(replace, NEW, there=False),
    "opened": Change(govern(), OLD, groups=("legal",)),
    "closed": Change(govern("legal"), (), OLD),
}


class Search:
    """A search that finds one document at most."""

    def __init__(self, store: Store, name: str) -> None:
        self.found: list[str] = []
        self.activity = Activity(lambda: self._run(store, name))

    async def _run(self, store: Store, name: str) -> None:
        self.found = sorted(await texts(store, "heron", prefix=name))


async def advance(activity: Activity, requests: int = 1_000) -> bool:
    """Let it make that many requests. Returns whether it has more to make."""
    await run_pending()
    for _ in range(requests):
        if activity.calls:
            await activity.step()
    return bool(activity.calls)


@pytest.fixture
async def controllers(rig: Rig) -> AsyncIterator[list[Controller]]:
    """A writer, and a reader for each request at which a search may be interrupted."""
    controllers = [Controller(rig) for _ in range(1 + SEARCH)]
    yield controllers
    for controller in controllers:
        await controller.close()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_search_finds_the_old_or_the_new_version(
    store: Store, controllers: list[Controller], generation: Generation, rig: Rig, change: Change
) -> None:
    writer, *readers = controllers
    for written in itertools.count():
        before = unknown(f"{written}.txt")
        if change.there:
            before = await put(store, generation, before.key, *OLD, groups=change.groups)
        writing = Activity(partial(change.write, writer.store, generation, before))
        on = await advance(writing, written)
        rig.refresh()
        searches = [Search(reader.store, before.key) for reader in readers]
        for searched, search in enumerate(searches):
            await advance(search.activity, searched)
        await advance(writing)
        rig.refresh()
        for searched, search in enumerate(searches):
            await advance(search.activity)
            assert search.found in (sorted(change.before), sorted(change.after)), (written, searched)
        if not on:
            return
