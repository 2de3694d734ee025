"""The number of requests for a second event about an unchanged object, on each store."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.rigs import Rig
from tests.histories.activities import Activity, step, turns
from tests.histories.parties import Party
from tests.unit.functions.ingest.world import Shelf


@pytest.fixture
async def party(rig: Rig) -> AsyncIterator[Party]:
    party = Party(rig)
    yield party
    await party.close()


async def test_an_unchanged_object_costs_three_requests_and_no_write(party: Party) -> None:
    shelf = Shelf(step)
    reconciler = party.reconciler(shelf)
    shelf.put("a.md", "The heron fishes.")
    first = (await reconciler.converge("a.md")).manifest

    async def hear_again() -> None:
        assert (await reconciler.converge("a.md")).manifest == first

    again, calls = Activity(hear_again), []
    await turns()
    while again.calls:
        calls.append((await again.step()).name.partition(".")[0])
    await again.task
    store = calls[0]
    assert calls == [store, "bucket", store]
