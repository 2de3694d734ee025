"""Whether a function can do its work, for those who ask again and again and do not wait long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context

Check = Callable[[], Awaitable[None]]


class Readiness:
    """One check at a time, whoever asks. It goes on though the one who asked is gone.

    Knative's first probes wait for a tenth of a second. A check that ended with each of them would
    never come to its end on a busy node, and neither would the start of the function.
    """

    def __init__(self, check: Check) -> None:
        self.check = check
        self.checking: asyncio.Future[None] | None = None

    async def __call__(self) -> None:
        """Raises what the check raises."""
        if self.checking is None or self.checking.done():
            self.checking = asyncio.get_running_loop().create_task(self._checked(), context=Context())
            self.checking.add_done_callback(_heard)
        await asyncio.shield(self.checking)

    async def _checked(self) -> None:
        await self.check()


def _heard(checking: asyncio.Future[None]) -> None:
    """Its error counts as heard, though nobody may have waited for it."""
    if not checking.cancelled():
        checking.exception()
