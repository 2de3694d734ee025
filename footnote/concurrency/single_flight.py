"""Single flight: many callers share one run of some work, which belongs to none of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context

Work = Callable[[], Awaitable[None]]


class SingleFlight:
    """`await single_flight()` waits for the run of `work` that is under way, or else starts one.

    The run continues when its callers are cancelled, and has nobody's deadline or trace: a caller with
    little time does not spoil it for the others.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._run: asyncio.Future[None] | None = None

    async def __call__(self) -> None:
        """Raises what the work raises."""
        if self._run is None or self._run.done():
            self._run = asyncio.get_running_loop().create_task(self._call(), context=Context())
            self._run.add_done_callback(_retrieve_exception)
        await asyncio.shield(self._run)

    async def _call(self) -> None:
        await self._work()


def _retrieve_exception(run: asyncio.Future[None]) -> None:
    """Keeps asyncio from reporting an exception that nobody waited for."""
    if not run.cancelled():
        run.exception()
