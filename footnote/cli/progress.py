"""Progress of work on many objects, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from footnote.cli.terminal import printable
from footnote.concurrency.bounded import bounded_map
from footnote.contracts import DRIFTS
from footnote.drift import Drift
from footnote.local.broker import WINDOW, Broker, Outcome

COLUMNS = (
    TextColumn("{task.description}", markup=False),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
)


async def publish_all(broker: Broker, found: Drift, console: Console, title: str) -> list[Outcome]:
    """Send an event for each key found, show how far it is, and return what became of each."""
    whys = found.to_publish
    with Progress(*COLUMNS, console=console, disable=not whys) as progress:
        bar = progress.add_task(title, total=len(whys))

        async def publish(key: str) -> Outcome:
            outcome = await broker.publish(key, whys[key])
            progress.advance(bar)
            return outcome

        return await bounded_map(publish, whys, WINDOW)


def differing(found: Drift) -> list[str]:
    """A line for each key that differs, such as `changed  a.md`."""
    lists = ((what, getattr(found, what)) for what in DRIFTS)
    return [f"{what:9}  {printable(key)}" for what, keys in lists for key in keys]


def counted(found: Drift) -> str:
    """Such as `Differed: 3 new, 1 gone.`"""
    counts = ((what, len(getattr(found, what))) for what in DRIFTS)
    return f"Differed: {', '.join(f'{count} {what}' for what, count in counts if count)}."


def summary(drift: Drift, outcomes: Iterable[Outcome]) -> str:
    """Such as `12 indexed, 1 failed, 3 unchanged`."""
    counts = Counter(outcome.state for outcome in outcomes)
    counts["unchanged"] += drift.unchanged
    told = [f"{count} {state}" for state, count in sorted(counts.items()) if count]
    return ", ".join(told) or "no documents"


def failures(outcomes: Iterable[Outcome]) -> list[str]:
    """A line for each object that failed, with the reason."""
    failed = [outcome for outcome in outcomes if outcome.state == "failed"]
    return sorted(printable(f"{outcome.key}: {outcome.reason}") for outcome in failed)
