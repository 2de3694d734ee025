"""A Redis client that fails fast and recovers by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from footnote.calls.backoff import CONNECT_BACKOFF
from footnote.calls.circuit_breaker import CircuitBreaker
from footnote.calls.retries import with_retries
from footnote.errors import Misconfigured, Unavailable

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from footnote.settings import Settings

Result = TypeVar("Result")

TIMEOUT = 1.0
"""Seconds for one reply, which a pod that has just started on a busy node may read late."""
CONNECTIONS = 16
AT_ONCE = (0,)
"""The backoff of those who can do without Redis."""
POOL_TIMEOUT = 5.0
"""Seconds to wait for a connection when all are in use."""


class Credentials:
    """Read for every new connection, so that a changed password needs no restart."""

    def __init__(self, password: Callable[[], str | None]) -> None:
        self.password = password

    async def get_credentials_async(self) -> tuple[str, ...]:
        password = self.password()
        return (password,) if password else ()


class RedisClient:
    """Connects at the first command. `password` is used if the URL has none.

    A command that is not answered within `timeout` seconds is not sent again: it may have been executed,
    and would count twice. One whose connection is refused or broke is sent again, since most such
    connections were closed before the command was sent: `backoff` has the longest wait in seconds before
    each further attempt.
    """

    def __init__(
        self,
        url: str,
        password: Callable[[], str | None] = lambda: None,
        *,
        timeout: float = TIMEOUT,
        backoff: Iterable[float] = AT_ONCE,
    ) -> None:
        self.url = url
        self.password = password
        self.timeout = timeout
        self.backoff = backoff
        self.breaker = CircuitBreaker("Redis")
        self._slots = asyncio.Semaphore(CONNECTIONS)

    @classmethod
    def from_settings(cls, settings: Settings, backoff: Iterable[float] = AT_ONCE) -> RedisClient:
        return cls(settings.redis_url, lambda: settings.secret("redis-password"), backoff=backoff)

    async def connect(self, backoff: Iterable[float] = CONNECT_BACKOFF) -> None:
        """Connect before the first command. Raises Unavailable."""
        await self.run(lambda redis: redis.ping(), backoff)

    async def run(
        self,
        command: Callable[[Redis], Awaitable[Result]],
        backoff: Iterable[float] | None = None,
    ) -> Result:
        """The result of the command. Raises Unavailable."""
        try:
            async with asyncio.timeout(POOL_TIMEOUT) as waiting, self._slots:
                waiting.reschedule(None)
                return await self._run(command, self.backoff if backoff is None else backoff)
        except TimeoutError as error:
            raise Unavailable("Redis cannot be used: all connections are in use.") from error

    async def _run(
        self, command: Callable[[Redis], Awaitable[Result]], backoff: Iterable[float]
    ) -> Result:
        """The breaker is checked here, since it may have opened while the command waited for a slot."""
        from redis.exceptions import AuthenticationError, ConnectionError, RedisError

        with self.breaker:
            try:
                # The library would retry the command, and in each attempt the connection, by the same
                # schedule: with pauses, that would take too long.
                return await with_retries(
                    partial(command, self._redis),
                    backoff,
                    on=ConnectionError,
                    never=(AuthenticationError,),
                )
            except (RedisError, OSError, Misconfigured) as error:
                reason = str(error).rstrip(".")
                raise Unavailable(f"Redis cannot be used: {reason}.") from error

    async def close(self) -> None:
        await self._redis.aclose()

    @cached_property
    def _redis(self) -> Redis:
        from redis.asyncio import ConnectionPool, Redis

        pool = ConnectionPool.from_url(
            self.url,
            max_connections=CONNECTIONS,
            socket_timeout=self.timeout,
            socket_connect_timeout=self.timeout,
            decode_responses=True,
            credential_provider=None if "@" in self.url else Credentials(self.password),
        )
        return Redis.from_pool(pool)
