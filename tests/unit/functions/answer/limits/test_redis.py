"""The limiter in Redis: several processes, a password, and a server that fails."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from footnote.calls.backoff import CONNECT_BACKOFF
from footnote.errors import Unavailable
from footnote.settings import Settings
from functions.answer.limits import Quotas, open_limiter
from functions.answer.limits.fail_open import FailOpenLimiter
from functions.answer.limits.memory import MemoryLimiter
from functions.answer.limits.redis import RedisLimiter
from functions.answer.redis import AT_ONCE, CONNECTIONS, TIMEOUT, RedisClient
from tests.redis_server import RedisServer


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    server = RedisServer(tmp_path)
    yield server
    server.stop()


@dataclass
class Wire:
    """A proxy to Redis that can delay a reply."""

    port: int = 0
    delay: float = 0
    """Seconds by which the next reply is delayed."""


@asynccontextmanager
async def slow_wire(to: int) -> AsyncIterator[Wire]:
    wire = Wire()

    async def bring(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)

    async def bring_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            delay, wire.delay = wire.delay, 0
            await asyncio.sleep(delay)
            writer.write(data)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_redis, to_redis = await asyncio.open_connection("127.0.0.1", to)
        back = asyncio.create_task(bring_back(from_redis, writer))
        await bring(reader, to_redis)
        back.cancel()
        for end in (writer, to_redis):
            end.close()

    async with await asyncio.start_server(connect, "127.0.0.1") as server:
        wire.port = server.sockets[0].getsockname()[1]
        yield wire


def settings(url: str, **given: object) -> Settings:
    return Settings.model_validate({"redis_url": url, "rate_limit": 60, **given})


async def test_processes_share_what_is_left(redis: RedisServer) -> None:
    servers = [RedisClient(redis.url, timeout=30) for _ in range(4)]
    pods = [RedisLimiter(server, Quotas(requests=50), "shared", lambda: 1e9) for server in servers]
    decisions = await asyncio.gather(*(pods[n % 4].admit("a", 0) for n in range(300)))
    assert sum(decision.exceeded is None for decision in decisions) == 50
    for server in servers:
        await server.close()


async def test_the_password_is_read_again_for_a_new_connection(
    server: RedisServer, tmp_path: Path
) -> None:
    connection = RedisClient.from_settings(settings(server.url, secrets=tmp_path))
    connection.timeout = 30
    limiter = RedisLimiter(connection, Quotas(requests=60))
    await limiter.admit("a", 0)
    await _command(server, "CONFIG SET requirepass second")
    await connection.close()
    with pytest.raises(Unavailable, match="authenticate"):
        await limiter.admit("a", 0)
    (tmp_path / "redis-password").write_text("second\n")
    assert (await limiter.admit("a", 0)).exceeded is None
    await connection.close()


async def test_a_password_that_cannot_be_read_is_as_good_as_no_redis(
    server: RedisServer, tmp_path: Path
) -> None:
    (tmp_path / "redis-password").mkdir()
    connection = RedisClient.from_settings(settings(server.url, secrets=tmp_path))
    with pytest.raises(Unavailable, match=r"Redis cannot be used: .*password cannot be read"):
        await RedisLimiter(connection, Quotas(requests=60)).admit("a", 0)
    await connection.close()


async def test_a_wrong_password_is_tried_once(server: RedisServer) -> None:
    await _command(server, "CONFIG SET requirepass second")
    pauses = iter([0, 0])
    connection = RedisClient(server.url, lambda: "first", timeout=30)
    with pytest.raises(Unavailable, match="password"):
        await connection.connect(pauses)
    assert [*pauses] == [0]
    await connection.close()


def restarting(server: RedisServer) -> Iterator[float]:
    """The pauses of one who is refused until the server has started again."""
    server.stop()
    yield 0
    server.start()
    yield 0


async def test_a_command_waits_for_a_server_that_restarts(server: RedisServer) -> None:
    pauses = restarting(server)
    connection = RedisClient(server.url, timeout=30, backoff=pauses)
    assert (await RedisLimiter(connection, Quotas(requests=1)).admit("a", 0)).exceeded is None
    assert not [*pauses]
    await connection.close()


async def test_connecting_waits_for_a_server_that_starts_later(server: RedisServer) -> None:
    connection = RedisClient(server.url, timeout=30)
    await connection.connect(restarting(server))
    await connection.close()


def test_only_those_who_cannot_do_without_redis_wait_for_it() -> None:
    closed = open_limiter(settings("redis://127.0.0.1:1", limits_fail="closed"))
    assert isinstance(closed, RedisLimiter)
    assert closed.redis.backoff == CONNECT_BACKOFF
    by_default = open_limiter(settings("redis://127.0.0.1:1"))
    assert isinstance(by_default, FailOpenLimiter)
    assert isinstance(by_default.limiter, RedisLimiter)
    assert by_default.limiter.redis.backoff == AT_ONCE


@pytest.mark.parametrize("failure", ["stop", "pause"])
async def test_closed_means_that_nothing_goes_on_uncounted(server: RedisServer, failure: str) -> None:
    limiter = open_limiter(settings(server.url, limits_fail="closed"))
    await limiter.admit("a", 0)
    getattr(server, failure)()
    with pytest.raises(Unavailable, match="Redis cannot be used"):
        await limiter.admit("a", 0)


async def test_open_means_that_requests_go_on_and_are_counted_again_later(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    connection = RedisClient(server.url, timeout=30)
    limiter = FailOpenLimiter(RedisLimiter(connection, Quotas(requests=1, client_tokens=100)))
    server.stop()
    with caplog.at_level(logging.WARNING, "footnote.answer"):
        decisions = [await limiter.admit("a", 90) for _ in range(3)]
    assert [decision.exceeded for decision in decisions] == [None, None, None]
    assert [record.message for record in caplog.records] == ["limits are not enforced"]
    server.start()
    assert (await limiter.admit("a", 90)).exceeded is None
    assert (await limiter.admit("a", 90)).exceeded == "requests"
    await connection.close()


async def test_a_command_that_times_out_is_not_sent_again(redis: RedisServer) -> None:
    async with slow_wire(redis.port) as wire:
        connection = RedisClient(f"redis://127.0.0.1:{wire.port}/0")
        limiter = RedisLimiter(connection, Quotas(requests=2), "late")
        await limiter.connect()
        wire.delay = 2 * TIMEOUT
        with pytest.raises(Unavailable):
            await limiter.admit("a", 0)
        assert [(await limiter.admit("a", 0)).exceeded for _ in range(2)] == [None, "requests"]
        await connection.close()


async def test_a_server_that_stays_silent_is_soon_not_asked_at_all(server: RedisServer) -> None:
    limiter = RedisLimiter(RedisClient(server.url, timeout=0.1), Quotas(requests=1))
    server.pause()
    messages = [await _refusal(limiter) for _ in range(6)]
    assert [message for message in messages if "calls are paused" in message] == messages[5:]


async def test_a_command_that_waited_for_a_connection_checks_the_circuit_breaker(
    server: RedisServer,
) -> None:
    connection = RedisClient(server.url, timeout=0.1)
    limiter = RedisLimiter(connection, Quotas(requests=1))
    server.pause()
    messages = await asyncio.gather(*(_refusal(limiter) for _ in range(10 * CONNECTIONS)))
    assert sum("calls are paused" in message for message in messages) > 8 * CONNECTIONS
    await connection.close()


def test_memory_is_used_where_there_is_no_redis_or_nothing_to_count() -> None:
    assert isinstance(open_limiter(settings("")), MemoryLimiter)
    assert isinstance(open_limiter(settings("redis://127.0.0.1:1", rate_limit=0)), MemoryLimiter)
    assert isinstance(open_limiter(settings("redis://127.0.0.1:1")), FailOpenLimiter)


def test_each_installation_counts_for_itself_in_a_redis_that_they_share() -> None:
    limiter = open_limiter(settings("redis://127.0.0.1:1", limits_fail="closed", index="other"))
    assert isinstance(limiter, RedisLimiter)
    assert limiter.prefix == "other"


async def _refusal(limiter: RedisLimiter) -> str:
    with pytest.raises(Unavailable) as refused:
        await limiter.admit("a", 0)
    return refused.value.message


async def _command(server: RedisServer, command: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(command.encode() + b"\r\n")
    assert await reader.readline() == b"+OK\r\n"
    writer.close()
    await writer.wait_closed()
