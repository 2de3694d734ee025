"""The answer cache: a port with two adapters, in memory and in Redis."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from footnote.errors import Unavailable

if TYPE_CHECKING:
    from footnote.settings import Settings
    from functions.answer.redis import RedisClient

MAX_ENTRIES = 1_000


class Cache(Protocol):
    """An entry expires after a time to live, and may be evicted before. Never fails."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, text: str) -> None: ...


class MemoryCache:
    """An LRU cache. `ttl` is in seconds."""

    def __init__(self, ttl: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.ttl = ttl
        self.clock = clock
        self.entries: OrderedDict[str, tuple[float, str]] = OrderedDict()

    async def get(self, key: str) -> str | None:
        expires, text = self.entries.get(key, (0.0, ""))
        if self.clock() >= expires:
            self.entries.pop(key, None)
            return None
        self.entries.move_to_end(key)
        return text

    async def put(self, key: str, text: str) -> None:
        self.entries[key] = self.clock() + self.ttl, text
        self.entries.move_to_end(key)
        if len(self.entries) > MAX_ENTRIES:
            self.entries.popitem(last=False)


class RedisCache:
    """`ttl` is in seconds. While Redis is down, nothing is found and nothing is kept."""

    def __init__(self, redis: RedisClient, ttl: float, prefix: str = "footnote") -> None:
        self.redis = redis
        self.milliseconds = int(ttl * 1000)
        self.prefix = prefix

    async def get(self, key: str) -> str | None:
        try:
            text = await self.redis.run(lambda connection: connection.get(self._name(key)))
        except Unavailable:
            return None
        return None if text is None else str(text)

    async def put(self, key: str, text: str) -> None:
        try:
            await self.redis.run(
                lambda connection: connection.set(self._name(key), text, px=self.milliseconds)
            )
        except Unavailable:
            return

    def _name(self, key: str) -> str:
        return f"{{{self.prefix}}}:answer:{key}"


def open_cache(settings: Settings) -> Cache:
    """In Redis if the settings have one, else in memory. Opens no connection yet."""
    if not settings.redis_url:
        return MemoryCache(settings.answer_cache)
    from functions.answer.redis import RedisClient

    return RedisCache(RedisClient.from_settings(settings), settings.answer_cache, settings.index)
