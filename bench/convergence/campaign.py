"""Histories, made up and played on one store, until there is a mismatch or the time is over."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
from hypothesis import HealthCheck, Phase, example, given

from bench.report import Measure
from tests.contract.rigs import ElasticsearchRig, Rig, SqliteRig
from tests.histories.chronicle import Mismatch
from tests.histories.moves import Move, histories
from tests.histories.stories import STORIES
from tests.histories.theatre import theatre

BATCH = 100
"""Histories that one seed makes up."""
PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
EVENTS = ("change", "hear", "lose")

Failure = tuple[Sequence[Move], Mismatch]


@dataclass
class Campaign:
    """What was played on one store."""

    store: str
    counts: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)

    def measures(self) -> list[Measure]:
        """How much was tried, and how often the index was wrong."""
        faults = {name: n for name, n in self.counts.items() if name.startswith("fault: ")}
        told = {
            "histories": self.counts["histories"],
            "events": sum(self.counts[name] for name in EVENTS),
            "faults": sum(faults.values()),
            "calls": self.counts["calls"],
            "looks of readers": self.counts["looks"],
        }
        wrong = Measure(f"{self.store}, mismatches", len(self.mismatches), target=0)
        return [*(Measure(f"{self.store}, {what}", count) for what, count in told.items()), wrong]


def run(store: str, seed: int, seconds: float, url: str = "", *, shorten: bool = True) -> Campaign:
    """`url` is Elasticsearch's; to `shorten` a history takes minutes more."""
    campaign = Campaign(store)
    until = time.monotonic() + seconds
    while time.monotonic() < until and not campaign.mismatches:
        with _rig(store, url) as rig:
            if found := _play(rig, seed, until, campaign.counts, PHASES if shorten else PHASES[:-1]):
                moves, mismatch = found
                story = "\n".join(f"  {move}" for move in moves)
                campaign.mismatches.append(f"seed {seed}: {mismatch}\n{story}")
        seed += 1
    return campaign


@contextmanager
def _rig(store: str, url: str) -> Iterator[Rig]:
    with TemporaryDirectory() as folder:
        path = Path(folder)
        rig: Rig = SqliteRig(path) if store == "sqlite" else ElasticsearchRig(url, path)
        try:
            yield rig
        finally:
            rig.drop()


def _play(
    rig: Rig, seed: int, until: float, counts: Counter[str], phases: Sequence[Phase]
) -> Failure | None:
    """The shortest history of this seed that ends in a mismatch; None where none does."""
    failures: list[Failure] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=BATCH,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(histories)
    def each(moves: Sequence[Move]) -> None:
        if time.monotonic() > until and not failures:
            return
        before = stage.counts.copy()
        try:
            stage.play(moves)
        except Mismatch as mismatch:
            failures.append((moves, mismatch))
            raise
        finally:
            if len(failures) < 2:  # what makes a failure shorter is no history of its own
                counts.update(stage.counts - before)

    for story in STORIES:
        each = example(story)(each)
    with theatre(rig) as stage:
        try:
            each()
        except (Mismatch, hypothesis.errors.Flaky, BaseExceptionGroup):
            if not failures:
                raise
    return min(failures, key=lambda failure: len(failure[0]), default=None)
