"""Backfills a generation of the index: publishes an event for every document that it lacks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial

from rich.console import Console
from rich.progress import Progress

from footnote.cli.backlog import Backlog
from footnote.cli.publishing import PROGRESS_COLUMNS
from footnote.concurrency.bounded import bounded_map
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import WINDOW, Broker, Outcome
from footnote.settings import Settings
from footnote.store import Generation, Store, document_id

ROUNDS = 3
"""Times that events are published: meanwhile a document may change, and its event be lost."""
STALL_TIMEOUT = 300
"""Seconds without progress after which events that a broker accepted are given up."""


class Backfill:
    def __init__(
        self,
        settings: Settings,
        store: Store,
        generation: Generation,
        console: Console,
        window: int = WINDOW,
    ) -> None:
        """`settings.ingest_url` is ingest, or a broker that delivers to it."""
        self._settings = settings
        self._store = store
        self._generation = generation
        self._console = console
        self._window = window

    async def run(self) -> dict[str, str]:
        """Returns the documents that are still missing: the reason of each, by its uri."""
        reasons: dict[str, str] = {}
        with Progress(*PROGRESS_COLUMNS, console=self._console) as progress:
            update = partial(progress.update, progress.add_task("Completing the index", total=None))
            for _ in range(ROUNDS):
                if not (lacking := await self._lacking()):
                    return {}
                update(total=len(lacking), completed=0)
                outcomes = await self._publish(lacking, update)
                reasons |= {outcome.key: outcome.reason for outcome in outcomes}
                if any(outcome.state == "accepted" for outcome in outcomes):
                    await self._wait(update)
        left = await self._lacking()
        return {uri: reasons.get(key) or "It is not indexed yet." for uri, key in left.items()}

    async def _lacking(self) -> dict[str, str]:
        """Keys by uri. The manifests of many documents would take too much memory."""
        missing = self._store.missing_from(self._generation)
        return {manifest.uri: manifest.key async for manifest in missing}

    async def _is_pending(self, uri: str) -> bool:
        manifest = await self._store.manifest(document_id(uri))
        return manifest is not None and bool(manifest.missing_from([self._generation]))

    async def _publish(self, lacking: Mapping[str, str], update: Callable[..., None]) -> list[Outcome]:
        letters = DeadLetters.from_settings(self._settings)
        backlog = Backlog(self._is_pending, self._window)
        brokers: dict[str, Broker] = {}
        async with AsyncExitStack() as stack:
            for bucket in {_bucket(uri, key) for uri, key in lacking.items()}:
                running = Broker.running(bucket, self._settings.ingest_url, letters)
                brokers[bucket] = await stack.enter_async_context(running)

            async def publish(uri: str) -> Outcome:
                key = lacking[uri]
                outcome = await brokers[_bucket(uri, key)].publish(key, "behind")
                if outcome.state == "accepted":
                    await backlog.add(uri)
                else:
                    update(advance=1)
                return outcome

            return await bounded_map(publish, lacking, self._window)

    async def _wait(self, update: Callable[..., None]) -> None:
        """Return when nothing is lacking any more, or after STALL_TIMEOUT seconds without progress."""
        total = left = len(await self._lacking())
        last_progress = time.monotonic()
        while left and time.monotonic() < last_progress + STALL_TIMEOUT:
            began = time.monotonic()
            before, left = left, len(await self._lacking())
            update(completed=total - left)
            last_progress = time.monotonic() if left < before else last_progress
            await asyncio.sleep(max(1, 5 * (time.monotonic() - began)))


def _bucket(uri: str, key: str) -> str:
    return uri.removesuffix(f"/{key}")
