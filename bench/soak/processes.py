"""The processes of Footnote: kills one now and then, and samples the memory of all."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from contextlib import suppress
from statistics import median

import psutil

from bench.processes import family, functions, resident_bytes
from bench.report import Measure
from tests.system.footnote_up import FootnoteUp

SAMPLE_INTERVAL = 2.0
"""Seconds between two samples."""


class Processes:
    def __init__(self, footnote: FootnoteUp, rng: random.Random) -> None:
        self._footnote = psutil.Process(footnote.process.pid)
        self._rng = rng
        self.killed: Counter[str] = Counter()
        self.memory: dict[str, list[int]] = defaultdict(list)
        """Bytes resident of each function, its children's included, and of `footnote up` itself."""

    async def kill_repeatedly(self, every: float) -> None:
        """Kill a function every so many seconds, but not its children."""
        while True:
            await asyncio.sleep(self._rng.uniform(0.5, 1.5) * every)
            running = functions(self._footnote)
            name = self._rng.choice(sorted(running))
            with suppress(psutil.NoSuchProcess):
                running[name].kill()
                self.killed[name] += 1

    async def sample_memory(self) -> None:
        while True:
            self.memory["footnote up"].append(resident_bytes([self._footnote]))
            for name, process in functions(self._footnote).items():
                self.memory[name].append(resident_bytes(family(process)))
            await asyncio.sleep(SAMPLE_INTERVAL)

    def measures(self) -> list[Measure]:
        """The growth of memory is that from the second fifth of the samples to the last."""
        growth = {name: _fifth(sizes, 4) / _fifth(sizes, 1) for name, sizes in self.memory.items()}
        return [
            Measure("processes killed", self.killed.total()),
            *(
                Measure(f"memory of {name}, end beside beginning", times, "times", 1.1)
                for name, times in growth.items()
            ),
        ]


def _fifth(sizes: list[int], number: int) -> float:
    each = max(1, len(sizes) // 5)
    return median(sizes[number * each : (number + 1) * each] or sizes)
