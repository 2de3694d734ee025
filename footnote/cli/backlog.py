"""Backpressure: keeps publishers from sending a broker events much faster than ingest handles them.

A broker accepts events at once, keeps them in memory, and retries each for some minutes only: all the
events about a large bucket at a time would end as dead letters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from footnote.errors import Unavailable
from footnote.local.broker import WINDOW

SAMPLED = 8
"""Events, spread evenly over those that were accepted, of which half must be handled."""
STALL_TIMEOUT = 60.0
"""Seconds without progress after which publishing goes on: an event may be lost, or never be handled."""
POLL_INTERVAL = 2.0
"""Seconds."""


class Backlog:
    """The subjects of the events that a broker accepted and that ingest may still have to handle."""

    def __init__(self, is_pending: Callable[[str], Awaitable[bool]], limit: int = WINDOW) -> None:
        """`is_pending`: whether ingest has yet to handle the event with this subject."""
        self._is_pending = is_pending
        self._limit = limit
        self._accepted: list[str] = []
        self._lock = asyncio.Lock()

    async def add(self, subject: str) -> None:
        """Add an accepted event. Once there are `limit`, wait until most of them were handled."""
        async with self._lock:
            self._accepted.append(subject)
            if len(self._accepted) >= self._limit:
                await self._wait(spread(self._accepted))
                self._accepted.clear()

    async def _wait(self, sample: Sequence[str]) -> None:
        clock = asyncio.get_running_loop().time
        pending, last_progress = sample, clock()
        while 2 * len(pending) > len(sample) and clock() < last_progress + STALL_TIMEOUT:
            await asyncio.sleep(POLL_INTERVAL)
            left = [subject for subject in pending if not await self._is_known_handled(subject)]
            last_progress = clock() if len(left) < len(pending) else last_progress
            pending = left

    async def _is_known_handled(self, subject: str) -> bool:
        """False while bucket or index do not answer: to end here would publish everything again."""
        try:
            return not await self._is_pending(subject)
        except Unavailable:
            return False


def spread(subjects: Sequence[str]) -> Sequence[str]:
    """At most SAMPLED of them, spread evenly."""
    return subjects[:: max(1, -(-len(subjects) // SAMPLED))]
