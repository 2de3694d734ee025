"""Indexing of a bucket by embed and ingest, with its time, CPU time and memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil

from bench import processes
from footnote.bucket import Bucket
from footnote.drift import detect_drift
from footnote.events import object_changed_event
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import Broker
from footnote.local.delivery import Dispatcher
from footnote.local.supervisor import Supervisor
from footnote.settings import Settings
from footnote.store import Store, open_store
from tests.environ import environ_with

FUNCTIONS = ("embed", "ingest")
CONCURRENCY = 64
"""Events that are delivered at once, as by a broker on a cluster."""
REFRESH_DELAY = 1.5
"""Seconds until Elasticsearch lists what was committed."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over the bucket."""

    documents: int
    """Documents that were indexed, removed or failed; not those that had not changed."""
    chunks: int
    """In the index, of all documents."""
    seconds: float
    cpu: Mapping[str, float]
    """CPU seconds of each function and its children."""
    memory: Mapping[str, int]
    """Peak resident bytes, by process: `ingest`, `parser`."""


@dataclass(frozen=True, slots=True)
class Indexing:
    """Footnote's functions, and the bucket that they follow."""

    settings: Settings
    ingest: str
    """URL of ingest."""
    processes: Mapping[str, psutil.Process] = field(compare=False)

    async def reconcile(self) -> Pass:
        """Make the index agree with the bucket, as `footnote reconcile` does."""
        return await self._measure(self._reconcile)

    async def deliver(self) -> Pass:
        """Deliver an event about every object to ingest, as a broker on a cluster does."""
        return await self._measure(self._deliver)

    async def _reconcile(self, bucket: Bucket, store: Store) -> int:
        letters = DeadLetters.from_settings(self.settings)
        found = await detect_drift(bucket, store)
        async with Broker.running(bucket.uri, self.ingest, letters) as broker:
            outcomes = await asyncio.gather(*(broker.publish(key, "drift") for key in found.keys))
        _check([outcome.reason for outcome in outcomes if outcome.state == "failed"])
        return len(outcomes)

    async def _deliver(self, bucket: Bucket, store: Store) -> int:
        keys = [info.key async for info in bucket.list()]
        async with aiohttp.ClientSession() as session:
            dispatcher = Dispatcher(self.ingest, session, asyncio.Semaphore(CONCURRENCY))
            events = (object_changed_event(bucket.uri, key) for key in keys)
            answers = await asyncio.gather(*map(dispatcher.deliver, events))
        _check([answer.reason for answer in answers if not answer.delivered])
        return len(keys)

    async def _measure(self, work: Callable[[Bucket, Store], Awaitable[int]]) -> Pass:
        store = open_store(self.settings)
        bucket = Bucket.from_settings(self.settings)
        await store.ping()
        before, memory = self._cpu(), dict[str, int]()
        watching = asyncio.create_task(self._watch(memory))
        began = time.perf_counter()
        documents = await work(bucket, store)
        seconds = time.perf_counter() - began
        watching.cancel()
        cpu = {name: seconds - before[name] for name, seconds in self._cpu().items()}
        await asyncio.sleep(REFRESH_DELAY)
        chunks = sum([manifest.chunks async for manifest in store.manifests()])
        await store.close()
        return Pass(documents, chunks, seconds, cpu, memory)

    def _cpu(self) -> dict[str, float]:
        return {
            name: processes.cpu_seconds(processes.family(process))
            for name, process in self.processes.items()
        }

    async def _watch(self, most: dict[str, int]) -> None:
        while True:
            for place, process in enumerate(processes.family(self.processes["ingest"])):
                name = "parser" if place else "ingest"
                most[name] = max(most.get(name, 0), processes.resident_bytes([process]))
            await asyncio.sleep(0.05)


@asynccontextmanager
async def running_indexing(folder: Path, bucket: Path, **settings: object) -> AsyncIterator[Indexing]:
    """embed and ingest, ready to index the bucket; their state is in the folder."""
    environ = environ_with(**{"state": folder / "state", "bucket": bucket, **settings})
    known = Settings.from_environ(environ)
    async with Supervisor.running(FUNCTIONS, environ, folder / "logs", print) as functions:
        await functions.wait_until_ready()
        yield Indexing(known, functions.urls["ingest"], processes.functions(psutil.Process()))


def _check(failures: list[str]) -> None:
    if failures:
        raise RuntimeError(f"{len(failures)} documents failed, the first because: {failures[0]}")
