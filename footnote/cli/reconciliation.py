"""Makes the index agree with the bucket, once. The public functions return the exit code."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from contextlib import nullcontext
from itertools import cycle
from pathlib import Path

import click
from rich.console import Console

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder
from footnote.cli.backlog import Backlog, spread
from footnote.cli.confirmation import Confirmation
from footnote.cli.former_buckets import remove_former
from footnote.cli.index import ensure_live, opened, opened_existing, remove_expired
from footnote.cli.on_demand import on_demand
from footnote.cli.publishing import publish_all
from footnote.cli.summaries import (
    NO_DRIFT,
    drift_lines,
    drift_summary,
    failure_lines,
    other_buckets_summary,
    outcome_summary,
)
from footnote.drift import Drift, detect_drift, is_current
from footnote.errors import Misconfigured
from footnote.events import Why
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import Broker, Outcome
from footnote.local.instance import running_settings
from footnote.settings import Settings
from footnote.store import Store, document_id

CONFIRMATION = Confirmation()


async def list_differences(settings: Settings) -> int:
    """Print the objects that differ, or that none does."""
    bucket = Bucket.from_settings(settings)
    async with opened_existing(settings) as store:
        found = await detect_drift(bucket, store)
    click.echo("\n".join(drift_lines(found)) or NO_DRIFT)
    return 1 if found.differences else 0


async def reconcile(
    settings: Settings, confirmation: Confirmation = CONFIRMATION, *, reread: bool = False
) -> int:
    """Publish an event for every object that differs; with `reread`, for every object.

    Makes the index first if there is none.
    """
    bucket = Bucket.from_settings(settings)
    async with opened(settings) as store:
        await ensure_live(settings, store)
        removed = await remove_former(settings, bucket, store, confirmation)
        code = await _reconcile(settings, bucket, store, confirmation=confirmation, reread=reread)
        for old in await remove_expired(store, settings.index_days):
            click.echo(f"Removed the index {old.name}, which was replaced on {old.live_until:%Y-%m-%d}.")
        for name in await store.optimize():
            click.echo(
                f"The index {name} has become large: an HNSW graph of its vectors is being built."
            )
    return max(code, _report_removed(removed))


def _report_removed(outcomes: Sequence[Outcome]) -> int:
    """Print what became of the documents of former buckets. Returns the exit code."""
    failures = failure_lines(outcomes)
    click.echo("".join(f"{line}\n" for line in failures), err=True, nl=False)
    if outcomes:
        click.echo(f"Former buckets: {outcome_summary(outcomes, 0)}")
    return 1 if failures else 0


async def ingest(settings: Settings, path: Path) -> int:
    """Publish events for the file or folder `path`. Raises Misconfigured if it is in no bucket."""
    running = running_settings(settings.state) is not None
    bucket = _bucket_of(path, settings, running)
    within = path.relative_to(bucket.root).as_posix().removeprefix(".")
    serving = nullcontext(settings) if running else on_demand(settings, bucket)
    async with serving as settings, opened(settings) as store:
        return await _reconcile(settings, bucket, store, within)


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
    settings: Settings,
    bucket: Bucket,
    store: Store,
    within: str = "",
    confirmation: Confirmation = CONFIRMATION,
    reread: bool = False,
) -> int:
    found = await detect_drift(bucket, store, within)
    if not within:
        await store.save_drift_report(found.report())
    to_reread = await _unchanged(bucket, store, found) if reread else {}
    letters = DeadLetters.from_settings(settings)
    async with Broker.running(bucket.uri, settings.ingest_url, letters) as broker:
        reconciliation = _Reconciliation(bucket, store, broker, confirmation, to_reread)
        outcomes = await reconciliation.run(found, within)
    failures = failure_lines(outcomes)
    click.echo("".join(f"{line}\n" for line in failures), err=True, nl=False)
    if found.differences:
        click.echo(drift_summary(found), err=True)
    click.echo(outcome_summary(outcomes, found.unchanged - len(to_reread)))
    if other_buckets := other_buckets_summary(found):
        click.echo(other_buckets, err=True)
    return 1 if failures else 0


async def _unchanged(bucket: Bucket, store: Store, drift: Drift) -> dict[str, str]:
    """The versions of the indexed documents whose objects need no event, by key."""
    return {
        manifest.key: manifest.version
        async for manifest in store.manifests(state="indexed")
        if manifest.uri == bucket.uri_of(manifest.key) and manifest.key not in drift.to_publish
    }


class _Reconciliation:
    """Publishes what differs, to ingest or to a broker that may have no subscriber yet."""

    def __init__(
        self,
        bucket: Bucket,
        store: Store,
        broker: Broker,
        confirmation: Confirmation,
        to_reread: Mapping[str, str],
    ) -> None:
        """`to_reread`: the versions of unchanged documents to read again, by key."""
        self._bucket = bucket
        self._store = store
        self._broker = broker
        self._confirmation = confirmation
        self._to_reread = to_reread
        self._versions: Mapping[str, str] = {}
        """Those of documents that are read again though their objects are unchanged, by key."""
        self._backlog = Backlog(self._is_pending)
        self._console = Console(stderr=True, markup=False)

    async def run(self, drift: Drift, within: str) -> list[Outcome]:
        """Publish the drift, and once more what still differs if the first events were lost."""
        self._versions = {**drift.lost, **self._to_reread}
        reread: dict[str, Why] = dict.fromkeys(self._to_reread, "reread")
        outcomes = await self._publish(reread | drift.to_publish)
        accepted = any(outcome.state == "accepted" for outcome in outcomes)
        if accepted and not await self._confirmed(drift):
            await self._publish((await detect_drift(self._bucket, self._store, within)).to_publish)
        return outcomes

    async def _publish(self, reasons: Mapping[str, Why]) -> list[Outcome]:
        title = f"Indexing {self._bucket.uri}"
        return await publish_all(self._broker, reasons, self._console, title, self._backlog)

    async def _confirmed(self, drift: Drift) -> bool:
        """Wait until one of a sample of events was handled; returns whether that took no resending."""
        sample = spread([*drift.keys, *drift.behind])
        to_resend = cycle(sample)

        async def handled() -> bool:
            for key in sample:
                if not await self._is_pending(key):
                    return True
            return not sample

        def resend() -> Awaitable[object]:
            key = next(to_resend)
            return self._broker.publish(key, drift.differences[key])

        return await self._confirmation.wait(resend, handled)

    async def _is_pending(self, key: str) -> bool:
        if version := self._versions.get(key):
            manifest = await self._store.manifest(document_id(self._bucket.uri_of(key)))
            return manifest is not None and manifest.version == version
        return not await is_current(self._bucket, self._store, key)
