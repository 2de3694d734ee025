"""Both adapters of the answer cache, in memory and in a real Redis."""

from collections.abc import AsyncIterator

import pytest

from footnote.settings import Settings
from functions.answer.generators.chat.cache import (
    MAX_ENTRIES,
    Cache,
    MemoryCache,
    RedisCache,
    open_cache,
)
from functions.answer.redis import RedisClient
from tests.redis_server import RedisServer


@pytest.fixture(params=["memory", "redis"])
async def cache(request: pytest.FixtureRequest, redis: RedisServer) -> AsyncIterator[Cache]:
    server = RedisClient(redis.url, timeout=30)
    yield MemoryCache(60) if request.param == "memory" else RedisCache(server, 60, request.node.name)
    await server.close()


async def test_a_text_that_was_put_is_found(cache: Cache) -> None:
    await cache.put("a", "Zwölf Boxkämpfer\n")
    assert await cache.get("a") == "Zwölf Boxkämpfer\n"


async def test_a_text_that_was_never_put_is_not_found(cache: Cache) -> None:
    assert await cache.get("b") is None


async def test_an_empty_text_is_a_text(cache: Cache) -> None:
    await cache.put("empty", "")
    assert await cache.get("empty") == ""


async def test_an_expired_entry_is_gone_from_memory() -> None:
    now = 0.0
    cache = MemoryCache(60, lambda: now)
    await cache.put("a", "one")
    now = 59.9
    assert await cache.get("a") == "one"
    now = 60.0
    assert await cache.get("a") is None


async def test_redis_is_told_when_to_forget(redis: RedisServer) -> None:
    server = RedisClient(redis.url, timeout=30)
    await RedisCache(server, 86_400, "old").put("a", "one")
    assert 80_000_000 < await server.run(lambda client: client.pttl("{old}:answer:a")) <= 86_400_000
    await server.close()


async def test_memory_keeps_what_was_used_last() -> None:
    cache = MemoryCache(60)
    for number in range(MAX_ENTRIES):
        await cache.put(str(number), "text")
    await cache.get("0")
    await cache.put("one more", "text")
    assert await cache.get("0") == "text"
    assert await cache.get("1") is None


async def test_processes_share_what_redis_keeps(redis: RedisServer) -> None:
    one, other = (RedisCache(RedisClient(redis.url, timeout=30), 60) for _ in range(2))
    await one.put("shared", "text")
    assert await other.get("shared") == "text"
    await one.redis.close()
    await other.redis.close()


async def test_without_redis_nothing_is_kept_and_nothing_fails() -> None:
    cache = open_cache(Settings(redis_url="redis://127.0.0.1:9/0", answer_cache=60))
    await cache.put("a", "text")
    assert await cache.get("a") is None
