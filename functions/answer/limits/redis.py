"""The limiter all processes share: one script in Redis for each decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from footnote.breaker import Breaker
from footnote.errors import Unavailable
from functions.answer.limits import Decision, Quota, Quotas

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from footnote.settings import Settings

TIMEOUT = 0.5
"""Seconds for one reply."""
CONNECTIONS = 16
QUEUE_TIMEOUT = 5.0
"""Seconds to wait for a connection when a burst of requests uses them all."""
ADMIT = files(__package__).joinpath("admit.lua").read_text()
SETTLE = files(__package__).joinpath("settle.lua").read_text()


class Credentials:
    """Asked at every new connection, so that a changed password needs no restart."""

    def __init__(self, password: Callable[[], str | None]) -> None:
        self.password = password

    async def get_credentials_async(self) -> tuple[str, ...]:
        password = self.password()
        return (password,) if password else ()


class RedisLimiter:
    """`clock` gives seconds since the epoch; None means the clock of the Redis server.

    All keys begin with `{prefix}`, whose braces keep them in one slot of a Redis cluster.
    """

    def __init__(
        self,
        url: str,
        quotas: Quotas,
        password: Callable[[], str | None] = lambda: None,
        clock: Callable[[], float] | None = None,
        prefix: str = "footnote",
    ) -> None:
        self.url = url
        self.quotas = quotas
        self.password = password
        self.clock = clock
        self.prefix = prefix
        self.breaker = Breaker("Redis")

    @classmethod
    def from_settings(cls, quotas: Quotas, settings: Settings) -> RedisLimiter:
        return cls(settings.redis_url, quotas, lambda: settings.secret("redis-password"))

    async def admit(self, client: str, tokens: int) -> Decision:
        now = "" if self.clock is None else self.clock() * 1000
        quotas = self.quotas
        arguments = [now, tokens, quotas.requests, quotas.client_tokens, quotas.total_tokens]
        refused, now, due, spent = await self._run(ADMIT, client, arguments)
        return Decision(
            client,
            quotas,
            refused=cast("Quota", refused) or None,
            now=float(now) / 1000,
            due=float(due) / 1000,
            client_spent=int(spent),
            reserved=0 if refused else tokens,
        )

    async def settle(self, decision: Decision, spent: int) -> None:
        if spent != decision.reserved:
            await self._run(SETTLE, decision.client, [decision.day, spent - decision.reserved])

    async def close(self) -> None:
        await self._redis.aclose()

    async def _run(self, script: str, client: str, arguments: Sequence[str | float]) -> Any:
        from redis.exceptions import RedisError

        keys = [f"{{{self.prefix}}}:client:{client}", f"{{{self.prefix}}}:total"]
        with self.breaker:
            try:
                return await self._redis.register_script(script)(keys, arguments)
            except (RedisError, OSError) as error:
                raise Unavailable(f"The limits cannot be counted: {error}.") from error

    @cached_property
    def _redis(self) -> Redis:
        from redis.asyncio import BlockingConnectionPool, Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        pool = BlockingConnectionPool.from_url(
            self.url,
            max_connections=CONNECTIONS,
            timeout=QUEUE_TIMEOUT,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), retries=1),
            decode_responses=True,
            credential_provider=None if "@" in self.url else Credentials(self.password),
        )
        return Redis.from_pool(pool)
