"""Runs random histories on one store until there is a mismatch or the time is over."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
from hypothesis import HealthCheck, Phase, example, given

from bench.convergence.campaign import Campaign
from tests.contract.rigs import ElasticsearchRig, Rig, SqliteRig
from tests.simulation.actions import Action, histories
from tests.simulation.runner import running
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.timeline import Mismatch

BATCH = 100
"""Histories generated from one seed."""
PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
EVENTS = ("Change", "Notify", "DropNotification")

Failure = tuple[Sequence[Action], Mismatch]


def run(store: str, seed: int, seconds: float, url: str = "", *, shorten: bool = True) -> Campaign:
    """`url` is that of Elasticsearch; to `shorten` a failing history takes minutes more."""
    campaign = Campaign(store)
    until = time.monotonic() + seconds
    while time.monotonic() < until and not campaign.mismatches:
        with _rig(store, url) as rig:
            if found := _run_seed(rig, seed, until, campaign.counts, PHASES if shorten else PHASES[:-1]):
                history, mismatch = found
                actions = "\n".join(f"  {action}" for action in history)
                campaign.mismatches.append(f"seed {seed}: {mismatch}\n{actions}")
        seed += 1
    campaign.counts["events"] = sum(campaign.counts[name] for name in EVENTS)
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


def _run_seed(
    rig: Rig, seed: int, until: float, counts: Counter[str], phases: Sequence[Phase]
) -> Failure | None:
    """The shortest history of this seed that ends in a mismatch, or None."""
    failures: list[Failure] = []

    def check(history: Sequence[Action]) -> None:
        if time.monotonic() > until and not failures:
            return
        before = runner.counts.copy()
        try:
            runner.run(history)
        except Mismatch as mismatch:
            failures.append((history, mismatch))
            raise
        finally:
            if len(failures) < 2:  # attempts to shorten a failing history do not count
                counts.update(runner.counts - before)

    with running(rig) as runner:
        try:
            _with_histories(check, seed, phases)()
        except (Mismatch, hypothesis.errors.Flaky):
            if not failures:
                raise
    return min(failures, key=lambda failure: len(failure[0]), default=None)


def _with_histories(
    check: Callable[[Sequence[Action]], None], seed: int, phases: Sequence[Phase]
) -> Callable[[], None]:
    """A function that checks every scenario, then the histories generated from the seed."""
    settings = hypothesis.settings(
        max_examples=BATCH,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    each = hypothesis.seed(seed)(settings(given(histories)(check)))
    for scenario in SCENARIOS:
        each = example(scenario)(each)
    return each
