"""Where histories are played, one after the other, on one store."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.contract.rigs import Rig, open_on
from tests.histories.agreement import conclude
from tests.histories.history import History
from tests.histories.moves import PARTIES, Move
from tests.histories.parties import Party


class Theatre:
    def __init__(self, rig: Rig) -> None:
        self.counts: Counter[str] = Counter()
        self._rig = rig
        self._numbers = itertools.count()
        self._runner = asyncio.Runner()
        rig.disable_refresh()
        self._parties = [Party(rig) for _ in range(PARTIES)]
        self._looking = Party(rig)
        self._reading = open_on(rig)

    def play(self, moves: Sequence[Move]) -> None:
        """Raises Mismatch."""
        self._runner.run(self._play(moves))

    def close(self) -> None:
        self._runner.run(self._close())
        self._runner.close()

    async def _play(self, moves: Sequence[Move]) -> None:
        number, readers = next(self._numbers), (self._reading, self._looking.store)
        history = History(number, self._parties, *readers, self._rig.refresh)
        try:
            await history.play(moves)
            await conclude(history, self._rig, self._reading)
        finally:
            await history.end()
            await self._tidy()
            self.counts.update(history.counts)
            self.counts["histories"] += 1

    async def _tidy(self) -> None:
        """Leave one index to the next history."""
        for generation in (await self._reading.generations())[1:]:
            await self._reading.drop(generation)

    async def _close(self) -> None:
        for party in (*self._parties, self._looking):
            await party.close()
        await self._reading.close()


@contextmanager
def theatre(rig: Rig) -> Iterator[Theatre]:
    opened = Theatre(rig)
    try:
        yield opened
    finally:
        opened.close()
