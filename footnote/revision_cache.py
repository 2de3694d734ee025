"""At which revision the index is, for the many who ask at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from footnote.concurrency.batching import Coalescer


class RevisionCache:
    """Reads the revision once for all who ask before the reading begins."""

    def __init__(self, read: Callable[[], Awaitable[str | None]]) -> None:
        self.last: str | None = None
        """As it was read last."""
        self._was_read = False
        self._read = read
        self._reading = Coalescer(self._again)

    async def current(self) -> str | None:
        """As it is at some moment after the call; None where that cannot be told. Raises as `read`."""
        return await self._reading()

    async def cached(self) -> str | None:
        """As it was read last, or as it is now where it never was. Raises as `read`."""
        return self.last if self._was_read else await self.current()

    async def _again(self) -> str | None:
        self.last = await self._read()
        self._was_read = True
        return self.last
