"""Texts that are kept for a while: a port with two adapters, in memory and in Redis."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from footnote.errors import Unavailable

if TYPE_CHECKING:
    from footnote.settings import Settings
    from functions.answer.redis import RedisClient

ENTRIES = 1_000


class Cache(Protocol):
    """Forgets an entry after `seconds`, and any when it likes. Never fails."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, text: str) -> None: ...


class MemoryCache:
    """Keeps the ENTRIES used last."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self.clock = clock
        self.entries: OrderedDict[str, tuple[float, str]] = OrderedDict()

    async def get(self, key: str) -> str | None:
        until, text = self.entries.get(key, (0.0, ""))
        if self.clock() >= until:
            self.entries.pop(key, None)
            return None
        self.entries.move_to_end(key)
        return text

    async def put(self, key: str, text: str) -> None:
        self.entries[key] = self.clock() + self.seconds, text
        self.entries.move_to_end(key)
        if len(self.entries) > ENTRIES:
            self.entries.popitem(last=False)


class RedisCache:
    """What cannot be reached is as good as not kept."""

    def __init__(self, server: RedisClient, seconds: float, prefix: str = "footnote") -> None:
        self.server = server
        self.milliseconds = int(seconds * 1000)
        self.prefix = prefix

    async def get(self, key: str) -> str | None:
        try:
            text = await self.server.run(lambda redis: redis.get(self._name(key)))
        except Unavailable:
            return None
        return None if text is None else str(text)

    async def put(self, key: str, text: str) -> None:
        try:
            await self.server.run(lambda redis: redis.set(self._name(key), text, px=self.milliseconds))
        except Unavailable:
            return

    def _name(self, key: str) -> str:
        return f"{{{self.prefix}}}:answer:{key}"


def open_cache(settings: Settings) -> Cache:
    """In Redis where there is one, else in memory. Opens no connection yet."""
    if not settings.redis_url:
        return MemoryCache(settings.answer_cache)
    from functions.answer.redis import RedisClient

    return RedisCache(RedisClient.from_settings(settings), settings.answer_cache, settings.index)
