"""Makes the index agree with the bucket, once. The public functions return the exit code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import cycle
from pathlib import Path

import click
from rich.console import Console

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder
from footnote.cli.backlog import Backlog, spread
from footnote.cli.confirmation import Confirmation
from footnote.cli.index import ensure_live, opened, opened_existing, remove_expired
from footnote.cli.on_demand import on_demand
from footnote.cli.publishing import publish_all
from footnote.cli.summaries import NO_DRIFT, drift_lines, drift_summary, failure_lines, outcome_summary
from footnote.drift import Drift, detect_drift, is_current
from footnote.errors import Misconfigured
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import Broker
from footnote.local.instance import running_settings
from footnote.settings import Settings

CONFIRMATION = Confirmation()


async def list_differences(settings: Settings) -> int:
    """Print the objects that differ, or that none does."""
    bucket = Bucket.from_settings(settings)
    async with opened_existing(settings) as store:
        found = await detect_drift(bucket, store)
    click.echo("\n".join(drift_lines(found)) or NO_DRIFT)
    return 1 if found.differences else 0


async def reconcile(settings: Settings, confirmation: Confirmation = CONFIRMATION) -> int:
    """Publish an event for every object that differs. Makes the index first if there is none."""
    async with opened(settings) as store:
        await ensure_live(settings, store)
    code = await _reconcile(settings, Bucket.from_settings(settings), confirmation=confirmation)
    async with opened(settings) as store:
        for old in await remove_expired(store, settings.index_days):
            click.echo(f"Removed the index {old.name}, which was replaced on {old.live_until:%Y-%m-%d}.")
        for name in await store.optimize():
            click.echo(
                f"The index {name} has become large: an HNSW graph of its vectors is being built."
            )
    return code


async def ingest(settings: Settings, path: Path) -> int:
    """Publish events for the file or folder `path`. Raises Misconfigured if it is in no bucket."""
    running = running_settings(settings.state) is not None
    bucket = _bucket_of(path, settings, running)
    within = path.relative_to(bucket.root).as_posix().removeprefix(".")
    if running:
        return await _reconcile(settings, bucket, within)
    async with on_demand(settings, bucket) as settings:
        return await _reconcile(settings, bucket, within)


def _bucket_of(path: Path, settings: Settings, running: bool) -> Folder:
    root = Path(settings.bucket.removeprefix("file://")).expanduser().resolve()
    if path.is_relative_to(root):
        return Folder(root)
    if running:
        raise Misconfigured(
            f"{path} is not in {root}, the bucket of the running Footnote; "
            "put it there, or stop Footnote first."
        )
    if not path.is_dir():
        raise Misconfigured(f"{path} is not in the bucket {root}; use the folder it is in.")
    return Folder(path)


async def _reconcile(
    settings: Settings, bucket: Bucket, within: str = "", confirmation: Confirmation = CONFIRMATION
) -> int:
    letters = DeadLetters.from_settings(settings)
    async with (
        opened(settings) as store,
        Broker.running(bucket.uri, settings.ingest_url, letters) as broker,
    ):
        found = await detect_drift(bucket, store, within)
        if not within:
            await store.save_drift_report(found.report())
        console, title = Console(stderr=True, markup=False), f"Indexing {bucket.uri}"

        async def pending(key: str) -> bool:
            return not await is_current(bucket, store, key)

        backlog = Backlog(pending)
        outcomes = await publish_all(broker, found, console, title, backlog.add)
        states = {outcome.state for outcome in outcomes}
        if "accepted" in states and not await _confirmed(broker, found, pending, confirmation):
            left = await detect_drift(bucket, store, within)
            await publish_all(broker, left, console, title, backlog.add)
    click.echo("".join(f"{line}\n" for line in failure_lines(outcomes)), err=True, nl=False)
    if found.differences:
        click.echo(drift_summary(found), err=True)
    click.echo(outcome_summary(found, outcomes))
    return 1 if "failed" in states else 0


async def _confirmed(
    broker: Broker,
    found: Drift,
    pending: Callable[[str], Awaitable[bool]],
    confirmation: Confirmation,
) -> bool:
    """Wait until one of a sample of events was handled; returns whether that took no resending."""
    reasons = found.differences
    sample = spread([*found.keys, *found.behind])
    to_resend = cycle(sample)

    async def handled() -> bool:
        for key in sample:
            if not await pending(key):
                return True
        return not sample

    def resend() -> Awaitable[object]:
        key = next(to_resend)
        return broker.publish(key, reasons[key])

    return await confirmation.wait(resend, handled)
