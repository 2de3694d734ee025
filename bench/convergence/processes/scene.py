"""All processes of one run, and what goes wrong between them."""

from __future__ import annotations

import asyncio
import os
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

from bench.convergence.processes.gateway import Gateway, settings
from bench.convergence.processes.postman import Postman
from bench.convergence.processes.weather import Weather
from footnote.settings import Settings
from tests.contract.rigs import ElasticsearchRig
from tests.processes import Process

INGESTS = 3
BATCH = 2
"""Chunks embedded and staged at a time: few, so that a version takes many steps."""
PATIENCE = 180
"""Seconds for one comparison of index and bucket."""


@dataclass
class Scene:
    rig: ElasticsearchRig
    settings: Settings
    """Of whoever reaches all without anything in between."""
    weathers: list[Weather]
    postman: Postman
    ingests: list[Process]
    retrieve: Process
    dice: random.Random
    counts: Counter[str]
    lost: set[str]
    """Keys of which a notification was lost."""

    async def kill(self, every: float, until: float) -> None:
        """One of ingest ends in the middle of what it does, every so many seconds, and starts anew."""
        while time.monotonic() < until:
            await asyncio.sleep(self.dice.uniform(0, 2) * every)
            victim = self.dice.choice(self.ingests)
            await asyncio.to_thread(victim.kill)
            self.counts["fault: ingest killed"] += 1
            await asyncio.to_thread(victim.start)

    async def reconcile(self) -> None:
        """Run the command once, as the job on a cluster does."""
        environ = _environ(self.settings, ingest_url=self.ingests[0].url)
        command = [sys.executable, "-m", "footnote", "reconcile"]
        process = await asyncio.create_subprocess_exec(
            *command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        _, said = await asyncio.wait_for(process.communicate(), PATIENCE)
        if process.returncode not in (0, 1):  # 1: an object cannot be read
            raise RuntimeError(said.decode()[-500:])


@asynccontextmanager
async def scene(url: str, dice: random.Random, counts: Counter[str]) -> AsyncIterator[Scene]:
    """`url` is Elasticsearch's."""
    lost: set[str] = set()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        rig = ElasticsearchRig(url, folder / "secrets")
        stack.callback(rig.drop)
        postman = await stack.enter_async_context(Postman(dice, counts, lost))
        gateway = stack.enter_context(Gateway(folder, postman.url))
        there = settings(
            gateway.port,
            folder / "secrets",
            state=folder / "state",
            store="elasticsearch",
            elasticsearch_url=url,
            index=rig.settings.index,
        )
        embed = await _start(stack, "embed", folder, there)
        weathers = [
            await stack.enter_async_context(Weather(name, port, dice, counts))
            for name, port in (
                ("bucket", gateway.port),
                ("Elasticsearch", urlsplit(url).port or 9200),
                ("embed", embed.port),
            )
        ]
        through = [f"http://127.0.0.1:{weather.port}" for weather in weathers]
        names = ("bucket_endpoint", "elasticsearch_url", "embed_url")
        behind = there.model_copy(update=dict(zip(names, through, strict=True)))
        behind = behind.model_copy(update={"embedding_batch": BATCH})
        ingests = [await _start(stack, "ingest", folder, behind) for _ in range(INGESTS)]
        postman.addresses = [ingest.url for ingest in ingests]
        retrieve = await _start(
            stack, "retrieve", folder, there.model_copy(update={"embed_url": embed.url})
        )
        yield Scene(rig, there, weathers, postman, ingests, retrieve, dice, counts, lost)


async def _start(stack: AsyncExitStack, name: str, folder: Path, settings: Settings) -> Process:
    process = Process(name, folder, environ=_environ(settings))
    return await asyncio.to_thread(stack.enter_context, process)


def _environ(settings: Settings, **others: str) -> Mapping[str, str]:
    given = settings.model_dump(mode="json", exclude_unset=True) | others
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOOTNOTE_")}
    return kept | {f"FOOTNOTE_{name.upper()}": str(value) for name, value in given.items()}
