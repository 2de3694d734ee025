"""How many objects one process works on at a time: of small ones many, of large ones few."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext

AT_ONCE = 64
"""Keys. Each waits most of its time, and what many wait for together costs the index far less."""
LARGE_AT_ONCE = 4
"""Of these, what takes memory, disk and minutes."""
LARGE = 100_000
"""Bytes of a large object."""
MANY = 200
"""Chunks, however small the object is that they are of."""


class Places:
    def __init__(self) -> None:
        self.all = asyncio.Semaphore(AT_ONCE)
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    def of(self, size: int, chunks: int) -> AbstractAsyncContextManager[object]:
        """A place for an object of `size` bytes, or its `chunks`, beside the one of its key."""
        return self._large if size > LARGE or chunks > MANY else nullcontext()
