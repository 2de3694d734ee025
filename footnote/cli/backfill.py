"""A generation of the index that gets the documents it lacks: ingest is told of each, and waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack

from rich.console import Console
from rich.progress import Progress

from footnote.cli.progress import COLUMNS
from footnote.concurrency.bounded import bounded_map
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import WINDOW, Broker, Outcome
from footnote.settings import Settings
from footnote.store import Generation, Store

ROUNDS = 3
"""Times that documents are told of: one may have changed, and its event been lost, meanwhile."""
PATIENCE = 300
"""Seconds without a document done, after which those are given up that a broker took."""


class Completion:
    def __init__(self, settings: Settings, store: Store, console: Console, window: int = WINDOW) -> None:
        """`settings` say where ingest is, or a broker that delivers to it."""
        self._settings = settings
        self._store = store
        self._console = console
        self._window = window

    async def __call__(self, generation: Generation) -> dict[str, str]:
        """Returns the documents that it lacks still: the reason of each, by its uri."""
        reasons: dict[str, str] = {}
        with Progress(*COLUMNS, console=self._console) as progress:
            bar = progress.add_task("Completing the index", total=None)
            for _ in range(ROUNDS):
                if not (lacking := await self._lacking(generation)):
                    return {}
                progress.update(bar, total=len(lacking), completed=0)

                def ended(outcome: Outcome) -> None:
                    progress.update(bar, advance=outcome.state != "accepted")

                outcomes = await self._publish(lacking, ended)
                reasons |= {outcome.key: outcome.reason for outcome in outcomes}
                if any(outcome.state == "accepted" for outcome in outcomes):
                    await self._settled(generation, lambda done: progress.update(bar, completed=done))
        left = await self._lacking(generation)
        return {uri: reasons.get(key) or "It is not done yet." for uri, key in left.items()}

    async def _lacking(self, generation: Generation) -> dict[str, str]:
        """Keys, by the uris. Of many documents a manifest each takes too much memory."""
        return {manifest.uri: manifest.key async for manifest in self._store.lacking(generation)}

    async def _publish(
        self, lacking: Mapping[str, str], ended: Callable[[Outcome], None]
    ) -> list[Outcome]:
        letters = DeadLetters.from_settings(self._settings)
        brokers: dict[str, Broker] = {}
        async with AsyncExitStack() as stack:
            for bucket in {_bucket(uri, key) for uri, key in lacking.items()}:
                opening = Broker.running(bucket, self._settings.ingest_url, letters)
                brokers[bucket] = await stack.enter_async_context(opening)

            async def publish(uri: str) -> Outcome:
                key = lacking[uri]
                outcome = await brokers[_bucket(uri, key)].publish(key, "behind")
                ended(outcome)
                return outcome

            return await bounded_map(publish, lacking, self._window)

    async def _settled(self, generation: Generation, report: Callable[[int], None]) -> None:
        """Return when what a broker took is done, or nothing was for PATIENCE seconds."""
        total = left = len(await self._lacking(generation))
        since = time.monotonic()
        while left and time.monotonic() < since + PATIENCE:
            begun = time.monotonic()
            before, left = left, len(await self._lacking(generation))
            report(total - left)
            since = time.monotonic() if left < before else since
            await asyncio.sleep(max(1, 5 * (time.monotonic() - begun)))


def _bucket(uri: str, key: str) -> str:
    return uri.removesuffix(f"/{key}")
