"""Work that many wait for and that belongs to none of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context

Work = Callable[[], Awaitable[None]]


class SingleFlight:
    """`await detached()` waits for the call of `work` that is under way, or else for a new one.

    It goes on though whoever asked is gone, and nobody's deadline or trace is its own: who gives it no
    time can spoil it for nobody else.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._working: asyncio.Future[None] | None = None

    async def __call__(self) -> None:
        """Raises what the work raises."""
        if self._working is None or self._working.done():
            self._working = asyncio.get_running_loop().create_task(self._worked(), context=Context())
            self._working.add_done_callback(_heard)
        await asyncio.shield(self._working)

    async def _worked(self) -> None:
        await self._work()


def _heard(working: asyncio.Future[None]) -> None:
    """Its error counts as heard, though nobody may have waited for it."""
    if not working.cancelled():
        working.exception()
