"""The revision of the index, read once for many concurrent requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from footnote.concurrency.batching import Coalescer


class RevisionCache:
    """Coalesces reads of the revision and keeps the last one."""

    def __init__(self, read: Callable[[], Awaitable[str | None]]) -> None:
        self.last: str | None = None
        """As it was read last."""
        self._was_read = False
        self._read = read
        self._coalesced = Coalescer(self._refresh)

    async def current(self) -> str | None:
        """The revision at some moment after this call; None when it is unknown. Raises like `read`."""
        return await self._coalesced()

    async def cached(self) -> str | None:
        """The revision that was read last, or the current one at first. Raises like `read`."""
        return self.last if self._was_read else await self.current()

    async def _refresh(self) -> str | None:
        self.last = await self._read()
        self._was_read = True
        return self.last
