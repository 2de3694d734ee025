"""Runs real processes with faults: objects change, and between faults index and bucket must agree."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from obstore.store import S3Store

from bench.convergence.campaign import Campaign
from bench.convergence.processes.environment import Environment, environment
from bench.convergence.processes.objects import Author, TrackedObject, Watcher
from bench.convergence.processes.s3_server import ACCESS, BUCKET, SECRET
from bench.convergence.processes.verification import Verifier
from footnote.bucket import Bucket
from footnote.cli.index import opened

OBJECTS = 12
"""In one round."""
FAULT_PERIOD = 20.0
"""Seconds of a round in which objects change and faults are injected."""
CHANGE_INTERVAL, KILL_INTERVAL = 1.0, 2.0
"""Seconds between two changes of an object, and between two kills of an ingest process."""
NORMAL, FAULT = 4.0, 1.5
"""Seconds that a proxy works, and that it is slow or cut off."""
READERS = 2
DELIVERY_TIMEOUT = 240
"""Seconds within which all notifications must be delivered after the faults."""


def run(seed: int, seconds: float, url: str) -> Campaign:
    """`url` is that of Elasticsearch. The seed decides what is done, but not the timing of processes."""
    campaign = Campaign("processes")
    asyncio.run(_run(campaign, random.Random(seed), time.monotonic() + seconds, url))
    return campaign


async def _run(campaign: Campaign, dice: random.Random, until: float, url: str) -> None:
    async with (
        environment(url, dice, campaign.counts) as running,
        opened(running.settings) as store,
    ):
        verifier = Verifier(Bucket.from_settings(running.settings), store, running.rig)
        objects: list[TrackedObject] = []
        while time.monotonic() < until and not campaign.mismatches:
            objects += [TrackedObject(f"object-{len(objects) + n:04}.md") for n in range(OBJECTS)]
            campaign.mismatches += await _round(running, verifier, objects[-OBJECTS:], objects)
            campaign.counts["histories"] += OBJECTS


async def _round(
    running: Environment,
    verifier: Verifier,
    changing: Sequence[TrackedObject],
    objects: Sequence[TrackedObject],
) -> list[str]:
    """Change some of the objects while faults are injected, then verify all. Returns the mismatches."""
    running.delivery.dropped.clear()
    watcher = Watcher(running.retrieve.url, BUCKET, running.dice, running.counts)
    async with _background(*(watcher.keep_searching(list(changing)) for _ in range(READERS))):
        await _change_with_faults(running, changing)
        await asyncio.wait_for(running.delivery.drain(), DELIVERY_TIMEOUT)
        delivered = [each for each in changing if each.key not in running.delivery.dropped]
        mismatches = await verifier.before_reconciliation(delivered)
        await running.reconcile()
        mismatches += await verifier.after_reconciliation(objects)
    return [*watcher.mismatches, *running.delivery.refused, *mismatches]


async def _change_with_faults(running: Environment, changing: Sequence[TrackedObject]) -> None:
    author = Author(_client(running), running.dice, running.counts)
    until = time.monotonic() + FAULT_PERIOD
    await asyncio.gather(
        running.kill(KILL_INTERVAL, until),
        *(proxy.inject_faults(NORMAL, FAULT, until) for proxy in running.proxies),
        *(author.keep_changing(each, CHANGE_INTERVAL, until) for each in changing),
    )


def _client(running: Environment) -> S3Store:
    return S3Store(
        BUCKET,
        access_key_id=ACCESS,
        secret_access_key=SECRET,
        region="us-east-1",
        endpoint=running.settings.bucket_endpoint,
        client_options={"allow_http": True},
    )


@asynccontextmanager
async def _background(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run the coroutines during the block, and cancel them at its end. Raises the first error of one."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
    for each in done:
        if isinstance(each, Exception):
            raise each
