"""Many answers streamed at once by one process, and the memory that it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import psutil

from bench.load.contenders import Contender
from bench.load.standin import Pace, Running
from bench.load.users import Outcome, run_users

PACE = Pace(first=6.0, token=0.5, tokens=20)
"""Slow enough that all are open before the first ends."""
BEGIN = 8.0
"""Seconds over which they are opened."""


@dataclass(frozen=True, slots=True)
class Streams:
    outcome: Outcome
    most: int
    """Open at one moment, as the model saw it."""
    before: int
    """Bytes resident in answer's process."""
    peak: int


async def stream(to: Contender, model: Running, requests: Iterator[bytes], users: int) -> Streams:
    """As many streams as users, each read to its end."""
    answer = psutil.Process(to.processes["answer 1"])
    before, sizes = answer.memory_info().rss, list[int]()
    watching = asyncio.create_task(_watch(answer, sizes))
    outcome = await run_users(to.url, requests, users, seconds=0.1, ramp=BEGIN)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    return Streams(outcome, model.count().most_streams, before, max(sizes))


async def _watch(process: psutil.Process, sizes: list[int]) -> None:
    while True:
        sizes.append(process.memory_info().rss)
        await asyncio.sleep(0.1)
