"""Publishes an event for every object that needs one, with a progress bar."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from footnote.cli.backlog import Backlog
from footnote.concurrency.bounded import bounded_map
from footnote.events import Why
from footnote.local.broker import WINDOW, Broker, Outcome

PROGRESS_COLUMNS = (
    TextColumn("{task.description}", markup=False),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
)


async def publish_all(
    broker: Broker,
    reasons: Mapping[str, Why],
    console: Console,
    title: str,
    backlog: Backlog | None = None,
) -> list[Outcome]:
    """Publish an event for each key, with its reason, and return the outcomes.

    `backlog` holds publishing back while too many events are accepted but not handled yet.
    """
    with Progress(*PROGRESS_COLUMNS, console=console, disable=not reasons) as progress:
        task = progress.add_task(title, total=len(reasons))

        async def publish(key: str) -> Outcome:
            outcome = await broker.publish(key, reasons[key])
            progress.advance(task)
            if backlog and outcome.state == "accepted":
                await backlog.add(key)
            return outcome

        return await bounded_map(publish, reasons, WINDOW)
