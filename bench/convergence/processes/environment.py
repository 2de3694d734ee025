"""All processes of one run, and the faulty proxies and deliveries between them."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bench.convergence.processes.delivery import FaultyDelivery
from bench.convergence.processes.proxy import FaultyProxy
from bench.convergence.processes.s3_server import S3Server, settings
from footnote.settings import Settings
from tests.contract.rigs import ElasticsearchRig
from tests.environ import environ_with
from tests.processes import Process

INGESTS = 3
BATCH = 2
"""Chunks embedded and staged at a time: few, so that a version takes many steps."""
RECONCILE_TIMEOUT = 180
"""Seconds."""
PROXIED = {"bucket_endpoint": "bucket", "elasticsearch_url": "Elasticsearch", "embed_url": "embed"}
"""Settings of an ingest process whose URL is that of a proxy, and what is behind it."""


@dataclass
class Environment:
    rig: ElasticsearchRig
    settings: Settings
    """Settings without any proxy."""
    proxies: list[FaultyProxy]
    delivery: FaultyDelivery
    ingests: list[Process]
    retrieve: Process
    dice: random.Random
    counts: Counter[str]

    async def kill(self, every: float, until: float) -> None:
        """Kill an ingest process about every `every` seconds, and start it again."""
        while time.monotonic() < until:
            await asyncio.sleep(self.dice.uniform(0, 2) * every)
            victim = self.dice.choice(self.ingests)
            await asyncio.to_thread(victim.kill)
            self.counts["fault: ingest killed"] += 1
            await asyncio.to_thread(victim.start)

    async def reconcile(self) -> None:
        """Run `footnote reconcile` once."""
        environ = _environ(self.settings, ingest_url=self.ingests[0].url)
        command = [sys.executable, "-m", "footnote", "reconcile"]
        process = await asyncio.create_subprocess_exec(
            *command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        _, errors = await asyncio.wait_for(process.communicate(), RECONCILE_TIMEOUT)
        if process.returncode not in (0, 1):  # 1: an object cannot be read
            raise RuntimeError(errors.decode()[-500:])


@asynccontextmanager
async def environment(url: str, dice: random.Random, counts: Counter[str]) -> AsyncIterator[Environment]:
    """Starts all processes; `url` is that of Elasticsearch."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        rig = ElasticsearchRig(url, folder / "secrets")
        stack.callback(rig.drop)
        delivery = await stack.enter_async_context(FaultyDelivery(dice, counts))
        s3 = stack.enter_context(S3Server(folder, delivery.url))
        direct = settings(
            s3.port,
            folder / "secrets",
            state=folder / "state",
            store="elasticsearch",
            elasticsearch_url=url,
            index=rig.settings.index,
        )
        embed = await _start(stack, "embed", folder, direct)
        direct = direct.model_copy(update={"embed_url": embed.url})
        retrieve = await _start(stack, "retrieve", folder, direct)
        proxies = {
            setting: await stack.enter_async_context(
                FaultyProxy(name, urlsplit(getattr(direct, setting)).port or 9200, dice, counts)
            )
            for setting, name in PROXIED.items()
        }
        urls = {setting: proxy.url for setting, proxy in proxies.items()}
        proxied = direct.model_copy(update={**urls, "embedding_batch": BATCH})
        ingests = [await _start(stack, "ingest", folder, proxied) for _ in range(INGESTS)]
        delivery.addresses = [ingest.url for ingest in ingests]
        yield Environment(rig, direct, list(proxies.values()), delivery, ingests, retrieve, dice, counts)


async def _start(stack: AsyncExitStack, name: str, folder: Path, settings: Settings) -> Process:
    process = Process(name, folder, environ=_environ(settings))
    return await asyncio.to_thread(stack.enter_context, process)


def _environ(settings: Settings, **others: str) -> Mapping[str, str]:
    return environ_with(**settings.model_dump(mode="json", exclude_unset=True) | others)
