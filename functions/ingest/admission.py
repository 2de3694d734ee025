"""Admission control: how many objects one process works on at a time, by their size."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from math import ceil
from weakref import WeakValueDictionary

MAX_KEYS = 256
"""Keys at a time. Each mostly waits, and batches of many of them cost the index far less."""
SLOT_BYTES = 25_000
"""A small object takes one slot for every so many bytes; there are MAX_KEYS slots."""
MAX_LARGE = 4
"""Large objects at a time: each takes memory, disk and minutes."""
LARGE_BYTES = 4 * SLOT_BYTES
"""An object of more bytes is large."""
LARGE_CHUNKS = 200
"""A document of more chunks is large, however few bytes its object has."""


class AdmissionControl:
    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._keys = asyncio.Semaphore(MAX_KEYS)
        self._slots = asyncio.Semaphore(MAX_KEYS)
        self._acquiring = asyncio.Lock()
        self._large = asyncio.Semaphore(MAX_LARGE)

    @asynccontextmanager
    async def admit(self, key: str) -> AsyncIterator[None]:
        """Admit one caller for each `key`, and at most MAX_KEYS in all."""
        async with self._locks.setdefault(key, asyncio.Lock()), self._keys:
            yield

    @asynccontextmanager
    async def admit_object(self, size: int, chunks: int) -> AsyncIterator[None]:
        """Admit the processing of an object of `size` bytes whose document had `chunks` chunks."""
        async with AsyncExitStack() as acquired:
            if size > LARGE_BYTES or chunks > LARGE_CHUNKS:
                await acquired.enter_async_context(self._large)
            else:
                await self._acquire_slots(max(1, ceil(size / SLOT_BYTES)), acquired)
            yield

    async def _acquire_slots(self, count: int, acquired: AsyncExitStack) -> None:
        # Two callers that hold some slots each and wait for more would be in a deadlock.
        async with self._acquiring:
            for _ in range(count):
                await acquired.enter_async_context(self._slots)
