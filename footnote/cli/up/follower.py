"""Keeps the index in step with the bucket while `footnote up` runs."""

from __future__ import annotations

import asyncio

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder
from footnote.calls import http
from footnote.cli import index
from footnote.cli.embedding import probe_model
from footnote.cli.publishing import publish_all
from footnote.cli.summaries import other_buckets_summary, outcome_summary
from footnote.cli.up.console import UpConsole
from footnote.drift import detect_drift
from footnote.errors import FootnoteError, Unavailable
from footnote.local.broker import Broker
from footnote.local.supervisor import Supervisor
from footnote.local.watcher import changed_keys
from footnote.settings import Settings
from footnote.store import Store
from footnote.text.chunking import Chunking

MODEL_TIMEOUT = 5
"""Seconds in which embed must tell its model."""


class BucketFollower:
    def __init__(
        self, settings: Settings, bucket: Bucket, store: Store, broker: Broker, console: UpConsole
    ) -> None:
        """`settings` has the URLs of the functions."""
        self._settings = settings
        self._bucket = bucket
        self._store = store
        self._broker = broker
        self._console = console

    async def run(self, functions: Supervisor) -> None:
        """Index what differs, then publish every change in the bucket until cancelled."""
        # Watching starts before the first comparison, so that no change falls between the two.
        following = asyncio.create_task(self._publish_changes())
        try:
            await functions.wait_until_ready()
            await self._catch_up()
            await self._suggest_reindex()
            self._console.ready(functions.urls["answer"], self._settings)
            await following
        finally:
            following.cancel()

    async def _publish_changes(self) -> None:
        interval, report = self._settings.bucket_interval, self._console.print
        async for keys in changed_keys(self._bucket, self._store, interval, report):
            for key in keys:
                self._broker.publish(key)

    async def _catch_up(self) -> None:
        """Index what changed while Footnote did not run, unless the bucket cannot be reached."""
        await index.remove_expired(self._store, self._settings.index_days)
        try:
            found = await detect_drift(self._bucket, self._store)
        except Unavailable as error:
            # A cloud bucket is compared again when polled. Without an index a setting may be wrong.
            if isinstance(self._bucket, Folder) or await self._store.live() is None:
                raise
            self._console.not_compared(error.message)
            return
        if found.behind and await self._ensure_live():
            found = await detect_drift(self._bucket, self._store)
        await self._store.save_drift_report(found.report())
        title = f"Indexing {self._bucket.uri}"
        outcomes = await publish_all(self._broker, found.to_publish, self._console.rich_console, title)
        await self._store.optimize()
        summary = outcome_summary(outcomes, found.unchanged)
        self._console.caught_up(summary, other_buckets_summary(found))

    async def _ensure_live(self) -> bool:
        """Returns whether a generation was made live, because the live one is gone or lost its alias."""
        try:
            return await index.ensure_live(self._settings, self._store)
        except FootnoteError as error:
            self._console.print(error.message)
            return False

    async def _suggest_reindex(self) -> None:
        """Tell if the settings ask for another model or chunking than the index was made with."""
        live = await self._store.live()
        if live is None:
            return
        try:
            model, _ = await probe_model(self._settings, None, timeout=MODEL_TIMEOUT)
        except FootnoteError:
            model = live.recipe.model  # questions and indexing will report why embed fails
        finally:
            await http.close()
        wanted = {"model": model, "chunking": str(Chunking.from_settings(self._settings))}
        self._console.suggest_reindex(live.recipe._asdict(), wanted)
