"""`python -m bench.soak`: minutes of everything at once, two thirds of them with processes killed."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import secrets
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp

from bench.report import Measure, publish
from bench.soak.client import Client
from bench.soak.comparison import differences, wait_until_equal
from bench.soak.processes import Processes
from bench.soak.workload import Workload
from tests.system.footnote_up import FootnoteUp

READERS = 3
KILLED_EVERY = 15.0
QUIET = 180.0
"""Seconds after the last change within which the index is to be equal to the bucket."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    environ = {"FOOTNOTE_UPLOADS": "true", "FOOTNOTE_BUCKET_INTERVAL": "1"}
    if url := os.environ.get("ELASTICSEARCH_URL"):
        index = f"soak-{secrets.token_hex(4)}"
        environ |= {
            "FOOTNOTE_STORE": "elasticsearch",
            "FOOTNOTE_ELASTICSEARCH_URL": url,
            "FOOTNOTE_INDEX": index,
        }
    with tempfile.TemporaryDirectory() as folder, FootnoteUp(Path(folder), environ) as footnote:
        asyncio.run(soak(footnote, 60 * given.minutes, given.seed))


async def soak(footnote: FootnoteUp, seconds: float, seed: int) -> None:
    rng = random.Random(seed)
    processes = Processes(footnote, rng)
    async with aiohttp.ClientSession() as session:
        workload = Workload(footnote.bucket, footnote.url, Client(session), rng)
        workload.open()
        await asyncio.to_thread(wait_until_equal, footnote, QUIET)
        actors = [workload.read() for _ in range(READERS)] + [workload.write(), workload.upload()]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in actors]
            await _for(seconds * 2 / 3, processes.kill_repeatedly(KILLED_EVERY))
            await _for(seconds / 3, processes.sample_memory())
            for task in tasks:
                task.cancel()
        waited = await asyncio.to_thread(wait_until_equal, footnote, QUIET)
        report(footnote, workload, processes, waited, seconds)


async def _for(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(work, seconds)


def report(
    footnote: FootnoteUp, workload: Workload, processes: Processes, waited: float, seconds: float
) -> None:
    left, lost = differences(footnote), workload.lost()
    status = json.loads(footnote.run("status", "--json"))
    for sentence in [*workload.client.lost, *workload.wrong, *lost, *left]:
        print(sentence, file=sys.stderr)
    measures = [
        *workload.measures(),
        *workload.client.measures(),
        *processes.measures(),
        Measure("objects that were not kept as written", len(lost), target=0),
        Measure("index equal to the bucket after", waited, "s"),
        Measure("differences left", len(left), target=0),
        Measure("dead letters", status["dead_letters"], target=0),
    ]
    publish(
        "soak",
        measures,
        seconds=seconds,
        killed=processes.killed,
        retried=workload.client.retried,
        megabytes={name: [n // 1_000_000 for n in each] for name, each in processes.memory.items()},
    )


if __name__ == "__main__":
    main()
