"""Throughput, latency and CPU time of a contender under the load of many users."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench import processes
from bench.load.contenders import TOP_K, Contender
from bench.load.standin import Running
from bench.load.users import Outcome, requests, run_users

RAMP = 3.0
WARM_UP = 5.0
"""Seconds for which a few users ask before the measurement."""
FEW = 50

Questions = Callable[[], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Load:
    """All rounds of one contender, asked one kind of questions."""

    contender: str
    asked: str
    users: int
    outcome: Outcome
    cpu_seconds: processes.Seconds
    rates: tuple[float, ...]
    """Answers a second, round by round."""

    def __add__(self, other: Load) -> Load:
        return Load(
            self.contender,
            self.asked,
            self.users,
            self.outcome + other.outcome,
            {name: self.cpu_seconds[name] + other.cpu_seconds[name] for name in self.cpu_seconds},
            self.rates + other.rates,
        )

    @property
    def errors(self) -> int:
        return sum(self.outcome.errors.values())

    def row(self) -> tuple[str, ...]:
        outcome = self.outcome
        milliseconds = (f"{1000 * outcome.quantile(share):.0f}" for share in (0.5, 0.99))
        between = f"{min(self.rates):.1f}-{max(self.rates):.1f}"
        rate = f"{outcome.rate:.1f}"
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
            "answers_per_second": self.outcome.rate,
            "rounds": self.rates,
            "p50_seconds": self.outcome.quantile(0.5),
            "p99_seconds": self.outcome.quantile(0.99),
            "errors": dict(self.outcome.errors),
            "processor_ms_per_answer": self.shares(),
        }

    def shares(self) -> dict[str, float]:
        answers = max(1, self.outcome.answers)
        return {name: 1000 * seconds / answers for name, seconds in self.cpu_seconds.items()}


@dataclass(frozen=True, slots=True)
class LoadTest:
    kinds: Mapping[str, Questions]
    """Of questions, by how they are asked."""
    elasticsearch: str
    model: Running
    seconds: float

    async def run(self, to: Contender, kind: str, users: int) -> Load:
        """Measure after a warm-up with a few users who ask the same kind of questions."""
        asked = requests(to.url, self.bodies(kind))
        await run_users(to.url, asked, min(users, FEW), seconds=WARM_UP, ramp=1)
        measured = {**to.processes, "stand-in": self.model.pid}
        before = processes.cpu_by_process(measured, self.elasticsearch)
        outcome = await run_users(to.url, asked, users, self.seconds, RAMP)
        after = processes.cpu_by_process(measured, self.elasticsearch)
        spent = processes.difference(before, after)
        load = Load(to.name, kind, users, outcome, spent, (outcome.rate,))
        print("  ".join(load.row()), dict(outcome.errors), file=sys.stderr)
        return load

    def bodies(self, kind: str) -> Iterator[dict[str, Any]]:
        return ({"query": question, "top_k": TOP_K} for question in self.kinds[kind]())
