"""The processes of Footnote: one is killed now and then, and all are weighed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from contextlib import suppress
from statistics import median

import psutil

from tests.system.footnote_up import FootnoteUp

WEIGHED = 2.0
"""Seconds between two looks at the memory."""


class Machine:
    def __init__(self, footnote: FootnoteUp, dice: random.Random) -> None:
        self._footnote = psutil.Process(footnote.process.pid)
        self._dice = dice
        self.killed: Counter[str] = Counter()
        self.memory: dict[str, list[int]] = defaultdict(list)
        """Bytes resident of each function, its children's included, and of `footnote up` itself."""

    async def kill(self, every: float) -> None:
        """A function is killed every so many seconds, its children left to notice."""
        while True:
            await asyncio.sleep(self._dice.uniform(0.5, 1.5) * every)
            functions = self._functions()
            name = self._dice.choice(sorted(functions))
            with suppress(psutil.NoSuchProcess):
                functions[name].kill()
                self.killed[name] += 1

    async def weigh(self) -> None:
        while True:
            weights = {"footnote up": _resident([self._footnote])}
            for name, process in self._functions().items():
                with suppress(psutil.NoSuchProcess):
                    weights[name] = _resident([process, *process.children(recursive=True)])
            for name, weight in weights.items():
                self.memory[name].append(weight)
            await asyncio.sleep(WEIGHED)

    def growth(self) -> dict[str, float]:
        """The memory in the last fifth of the time weighed, in multiples of that in the second."""
        return {name: _fifth(weights, 4) / _fifth(weights, 1) for name, weights in self.memory.items()}

    def _functions(self) -> dict[str, psutil.Process]:
        found = {}
        for process in self._footnote.children():
            with suppress(psutil.NoSuchProcess):
                if name := process.environ().get("FUNCTION_TARGET"):
                    found[name] = process
        return found


def _resident(processes: list[psutil.Process]) -> int:
    weight = 0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            weight += process.memory_info().rss
    return weight


def _fifth(weights: list[int], number: int) -> float:
    each = max(1, len(weights) // 5)
    return median(weights[number * each : (number + 1) * each] or weights)
