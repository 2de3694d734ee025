"""Runs histories one after the other on one store, and verifies each."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.contract.rigs import Rig, open_on
from tests.simulation.actions import CONTROLLERS, Action
from tests.simulation.controllers import Controller
from tests.simulation.simulation import Simulation
from tests.simulation.verification import verify


class Runner:
    def __init__(self, rig: Rig) -> None:
        self.counts: Counter[str] = Counter()
        self._rig = rig
        self._numbers = itertools.count()
        self._loop = asyncio.Runner()
        rig.disable_refresh()
        self._controllers = [Controller(rig) for _ in range(CONTROLLERS)]
        self._reader = Controller(rig)
        self._store = open_on(rig)

    def run(self, history: Sequence[Action]) -> None:
        """Raises Mismatch."""
        self._loop.run(self._run(history))

    def close(self) -> None:
        self._loop.run(self._close())
        self._loop.close()

    async def _run(self, history: Sequence[Action]) -> None:
        simulation = Simulation(
            next(self._numbers),
            self._controllers,
            self._store,
            self._reader.store,
            self._rig.refresh,
        )
        try:
            await simulation.run(history)
            await verify(simulation, self._rig, self._store)
        finally:
            await simulation.cancel()
            await self._drop_replaced()
            self.counts.update(simulation.counts)
            self.counts["histories"] += 1

    async def _drop_replaced(self) -> None:
        """Leave only the live generation to the next history."""
        for generation in (await self._store.generations())[1:]:
            await self._store.drop(generation)

    async def _close(self) -> None:
        for controller in (*self._controllers, self._reader):
            await controller.close()
        await self._store.close()


@contextmanager
def running(rig: Rig) -> Iterator[Runner]:
    runner = Runner(rig)
    try:
        yield runner
    finally:
        runner.close()
