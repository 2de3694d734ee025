"""Confirmation that events sent to a broker reach a subscriber.

A broker accepts events while nobody is subscribed to them, and loses them silently.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from footnote.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Confirmation:
    """All in seconds."""

    timeout: float = 180
    resend_after: float = 15
    poll_interval: float = 1

    async def wait(
        self, resend: Callable[[], Awaitable[object]], handled: Callable[[], Awaitable[bool]]
    ) -> bool:
        """Poll until an event was handled; returns whether that took no resending.

        Raises Unavailable after the timeout. A poll may take longer than either time; it is judged by
        when it began. One that raises Unavailable is repeated until the timeout.
        """
        clock = asyncio.get_running_loop().time
        deadline, resend_at, first_try = clock() + self.timeout, clock() + self.resend_after, True
        while True:
            began = clock()
            if await _answered(handled, last=began >= deadline):
                return first_try
            if began >= deadline:
                raise Unavailable(
                    f"The broker accepts events, but none was handled within {self.timeout:g} s; check "
                    "that it delivers them to ingest."
                )
            if began >= resend_at:
                await resend()
                resend_at, first_try = clock() + self.resend_after, False
            await asyncio.sleep(self.poll_interval)


async def _answered(handled: Callable[[], Awaitable[bool]], last: bool) -> bool:
    try:
        return await handled()
    except Unavailable:
        if last:
            raise
        return False
