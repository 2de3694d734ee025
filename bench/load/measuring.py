"""What so many users get of a contender, and what it costs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.load import processor
from bench.load.contenders import TOP_K, Contender
from bench.load.standin import Running
from bench.load.users import Heard, ask, requests

RAMP = 3.0
WARM = 5.0
"""Seconds that few users ask before anything counts."""
FEW = 50

Questions = Callable[[], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Load:
    """All rounds of one contender, asked one kind of questions."""

    contender: str
    asked: str
    users: int
    heard: Heard
    processor: processor.Seconds
    rates: tuple[float, ...]
    """Answers a second, round by round."""

    def __add__(self, other: Load) -> Load:
        return Load(
            self.contender,
            self.asked,
            self.users,
            self.heard + other.heard,
            {name: self.processor[name] + other.processor[name] for name in self.processor},
            self.rates + other.rates,
        )

    @property
    def errors(self) -> int:
        return sum(self.heard.errors.values())

    def row(self) -> tuple[str, ...]:
        heard = self.heard
        milliseconds = (f"{1000 * heard.quantile(share):.0f}" for share in (0.5, 0.99))
        between = f"{min(self.rates):.1f}-{max(self.rates):.1f}"
        rate = f"{heard.rate:.1f}"
        return (
            self.contender,
            self.asked,
            str(self.users),
            rate,
            between,
            *milliseconds,
            str(self.errors),
        )

    def document(self) -> dict[str, Any]:
        return {
            "contender": self.contender,
            "asked": self.asked,
            "users": self.users,
            "answers_per_second": self.heard.rate,
            "rounds": self.rates,
            "p50_seconds": self.heard.quantile(0.5),
            "p99_seconds": self.heard.quantile(0.99),
            "errors": dict(self.heard.errors),
            "processor_ms_per_answer": self.shares(),
        }

    def shares(self) -> dict[str, float]:
        answers = max(1, self.heard.answers)
        return {name: 1000 * seconds / answers for name, seconds in self.processor.items()}


@dataclass(frozen=True, slots=True)
class Measuring:
    kinds: Mapping[str, Questions]
    """Of questions, by how they are asked."""
    elasticsearch: str
    model: Running
    seconds: float

    async def load(self, to: Contender, kind: str, users: int) -> Load:
        """After few users have asked the same kind of questions for a while."""
        asked = requests(to.url, self.bodies(kind))
        await ask(to.url, asked, min(users, FEW), seconds=WARM, ramp=1)
        processes = {**to.processes, "stand-in": self.model.pid}
        before = processor.spent(processes, self.elasticsearch)
        heard = await ask(to.url, asked, users, self.seconds, RAMP)
        spent = processor.between(before, processor.spent(processes, self.elasticsearch))
        load = Load(to.name, kind, users, heard, spent, (heard.rate,))
        print("  ".join(load.row()), dict(heard.errors), file=sys.stderr)
        return load

    def bodies(self, kind: str) -> Iterator[dict[str, Any]]:
        return ({"query": question, "top_k": TOP_K} for question in self.kinds[kind]())
