"""Making the index agree with the bucket, once. Each returns the exit code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import cycle
from pathlib import Path

import click
from rich.console import Console

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder
from footnote.cli.confirmation import Patience
from footnote.cli.index import age, existing, opened, prepared
from footnote.cli.on_demand import temporary
from footnote.cli.progress import counted, differing, failures, publish_all, summary
from footnote.drift import AGREES, Drift, drift
from footnote.errors import Misconfigured
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import Broker
from footnote.local.instance import is_running
from footnote.settings import Settings

PATIENCE = Patience()
LOOKED_AT = 8
"""Keys whose events are waited for, from all over those that differ."""


async def differences(settings: Settings) -> int:
    """Print what differs, or that nothing does."""
    bucket = Bucket.from_settings(settings)
    async with existing(settings) as store:
        found = await drift(bucket, store)
    click.echo("\n".join(differing(found)) or AGREES)
    return 1 if found.whys else 0


async def reconcile(settings: Settings, patience: Patience = PATIENCE) -> int:
    """Bring every key that differs up to date, in an index that is made where there is none."""
    async with opened(settings) as store:
        await prepared(settings, store)
    code = await _converge(settings, Bucket.from_settings(settings), patience=patience)
    async with opened(settings) as store:
        for old in await age(store, settings.index_days):
            click.echo(f"Removed the index {old.name}, which was replaced {old.live_until:%Y-%m-%d}.")
    return code


async def ingest(settings: Settings, path: Path) -> int:
    """Bring the file or folder `path` up to date. Raises Misconfigured where it is in no bucket."""
    running = is_running(settings)
    bucket = _bucket_of(path, settings, running)
    within = path.relative_to(bucket.root).as_posix().removeprefix(".")
    if running:
        return await _converge(settings, bucket, within)
    async with temporary(settings, bucket) as located:
        return await _converge(located, bucket, within)


def _bucket_of(path: Path, settings: Settings, running: bool) -> Folder:
    root = Path(settings.bucket.removeprefix("file://")).expanduser().resolve()
    if path.is_relative_to(root):
        return Folder(root)
    if running:
        raise Misconfigured(
            f"{path} is not in {root}, the bucket of the Footnote that runs here; "
            "put it there, or stop Footnote first."
        )
    if not path.is_dir():
        raise Misconfigured(f"{path} is not in the bucket {root}; give the folder it is in.")
    return Folder(path)


async def _converge(
    settings: Settings, bucket: Bucket, within: str = "", patience: Patience = PATIENCE
) -> int:
    found = await _compare(settings, bucket, within, reported=not within)
    letters = DeadLetters.from_settings(settings)
    async with Broker.running(bucket.uri, settings.ingest_url, letters) as broker:
        console, title = Console(stderr=True, markup=False), f"Indexing {bucket.uri}"
        outcomes = await publish_all(broker, found, console, title)
        states = {outcome.state for outcome in outcomes}
        compare = partial(_compare, settings, bucket)
        if found.whys and "accepted" in states and not await _heard(broker, found, compare, patience):
            await publish_all(broker, await compare(within), console, title)
    click.echo("".join(f"{line}\n" for line in failures(outcomes)), err=True, nl=False)
    if found.whys:
        click.echo(counted(found), err=True)
    click.echo(summary(found, outcomes))
    return 1 if "failed" in states else 0


async def _heard(
    broker: Broker, found: Drift, compare: Callable[[str], Awaitable[Drift]], patience: Patience
) -> bool:
    """Wait until something came of any of few events; False where one had to be sent again."""
    some = list(found.whys.items())[:: -(-len(found.whys) // LOOKED_AT)]
    turns = cycle(some)

    async def agrees() -> bool:
        for key, _ in some:
            if key not in (await compare(key)).whys:
                return True
        return False

    return await patience.heard(lambda: broker.publish(*next(turns)), agrees)


async def _compare(
    settings: Settings, bucket: Bucket, within: str = "", *, reported: bool = False
) -> Drift:
    """What differs in all of the bucket, or in the one file or folder `within`."""
    async with opened(settings) as store:
        found = await drift(bucket, store, within)
        if reported:
            await store.report(found.report())
    return found
