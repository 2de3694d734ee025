"""The number of requests for a second event about an unchanged object, on each store."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.rigs import Rig
from tests.simulation.controllers import Controller
from tests.simulation.scheduling import Activity, checkpoint, run_pending
from tests.unit.functions.ingest.world import InMemoryBucket


@pytest.fixture
async def controller(rig: Rig) -> AsyncIterator[Controller]:
    controller = Controller(rig)
    yield controller
    await controller.close()


async def test_an_unchanged_object_costs_three_requests_and_no_write(controller: Controller) -> None:
    bucket = InMemoryBucket(checkpoint)
    reconciler = controller.reconciler(bucket)
    bucket.put("a.md", "The heron fishes.")
    first = (await reconciler.converge("a.md")).manifest

    async def notify_again() -> None:
        assert (await reconciler.converge("a.md")).manifest == first

    again, calls = Activity(notify_again), []
    await run_pending()
    while again.calls:
        calls.append((await again.step()).name.partition(".")[0])
    await again.task
    store = calls[0]
    assert calls == [store, "bucket", store]
