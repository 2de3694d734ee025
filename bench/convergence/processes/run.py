"""Lives of objects in a storm, a dozen at a time; whenever it is quiet, index and bucket agree."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from obstore.store import S3Store

from bench.convergence.processes.gateway import ACCESS, BUCKET, SECRET
from bench.convergence.processes.lives import Author, Life, Watch
from bench.convergence.processes.scene import Scene, scene
from bench.convergence.processes.truth import Truth
from bench.report import Measure
from footnote.bucket import Bucket
from footnote.cli.index import opened

LIVES = 12
STORM = 20.0
"""Seconds that objects change and everything fails."""
PAUSE, KILL = 1.0, 2.0
"""Seconds between two changes of an object, and between two deaths."""
FAIR, FOUL = 4.0, 1.5
READERS = 2
ARRIVAL = 240
"""Seconds within which all that is on its way has to arrive once it is quiet."""


@dataclass
class Stormy:
    """What was played with real processes."""

    counts: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)

    def measures(self) -> list[Measure]:
        faults = sum(n for name, n in self.counts.items() if name.startswith("fault: "))
        told = {name: self.counts[name] for name in ("histories", "changes", "events", "deliveries")}
        told |= {"faults": faults, "looks of readers": self.counts["looks"]}
        wrong = Measure("processes, mismatches", len(self.mismatches), target=0)
        return [*(Measure(f"processes, {what}", count) for what, count in told.items()), wrong]


def run(seed: int, seconds: float, url: str) -> Stormy:
    """`url` is Elasticsearch's. The seed decides what is done, and not when processes get to it."""
    stormy = Stormy()
    asyncio.run(_run(stormy, random.Random(seed), time.monotonic() + seconds, url))
    return stormy


async def _run(stormy: Stormy, dice: random.Random, until: float, url: str) -> None:
    async with scene(url, dice, stormy.counts) as stage, opened(stage.settings) as store:
        truth = Truth(Bucket.from_settings(stage.settings), store, stage.rig)
        lives: list[Life] = []
        while time.monotonic() < until and not stormy.mismatches:
            lives += [Life(f"life-{len(lives) + n:04}.md") for n in range(LIVES)]
            stormy.mismatches += await _round(stage, truth, lives[-LIVES:], lives)
            stormy.counts["histories"] += LIVES


async def _round(stage: Scene, truth: Truth, young: Sequence[Life], lives: Sequence[Life]) -> list[str]:
    """What went wrong."""
    stage.lost.clear()
    watch = Watch(stage.retrieve.url, BUCKET, stage.dice, stage.counts)
    async with _meanwhile(*(watch.keep(list(young)) for _ in range(READERS))):
        await _storm(stage, young)
        await asyncio.wait_for(stage.postman.rest(), ARRIVAL)
        said = await truth.delivered(life for life in young if life.key not in stage.lost)
        await stage.reconcile()
        said += await truth.whole(lives)
    return [*watch.mismatches, *stage.postman.refused, *said]


async def _storm(stage: Scene, young: Sequence[Life]) -> None:
    author, until = Author(_client(stage), stage.dice, stage.counts), time.monotonic() + STORM
    await asyncio.gather(
        stage.kill(KILL, until),
        *(weather.change(FAIR, FOUL, until) for weather in stage.weathers),
        *(author.lead(life, PAUSE, until) for life in young),
    )


def _client(stage: Scene) -> S3Store:
    return S3Store(
        BUCKET,
        access_key_id=ACCESS,
        secret_access_key=SECRET,
        region="us-east-1",
        endpoint=stage.settings.bucket_endpoint,
        client_options={"allow_http": True},
    )


@asynccontextmanager
async def _meanwhile(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """All of it goes on beside the block, and ends with it; what fails of it fails the block."""
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
