"""How many objects one process works on at a time: of small ones many, of large ones few."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from math import ceil

AT_ONCE = 256
"""Keys. Each waits most of its time, and what many wait for together costs the index far less."""
SHARE = 25_000
"""Bytes of a small object: as many of them as keys have room at once, of others fewer."""
LARGE_AT_ONCE = 4
"""Of these, what takes memory, disk and minutes."""
LARGE = 4 * SHARE
"""Bytes of a large object."""
MANY = 200
"""Chunks, however small the object is that they are of."""


class Places:
    def __init__(self) -> None:
        self.all = asyncio.Semaphore(AT_ONCE)
        self._shares = asyncio.Semaphore(AT_ONCE)
        self._next = asyncio.Lock()
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    @asynccontextmanager
    async def of(self, size: int, chunks: int) -> AsyncIterator[None]:
        """A place for an object of `size` bytes, or its `chunks`, beside the one of its key."""
        async with AsyncExitStack() as held:
            if size > LARGE or chunks > MANY:
                await held.enter_async_context(self._large)
            else:
                await self._take(max(1, ceil(size / SHARE)), held)
            yield

    async def _take(self, shares: int, held: AsyncExitStack) -> None:
        async with self._next:  # two who have some each, and wait for more, would wait for ever
            for _ in range(shares):
                await held.enter_async_context(self._shares)
