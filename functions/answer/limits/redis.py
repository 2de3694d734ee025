"""The limiter that all processes share: each decision is one script in Redis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any, cast

from functions.answer.limits import Decision, Quota, Quotas
from functions.answer.redis import RedisClient

ADMIT = files(__package__).joinpath("admit.lua").read_text()
SETTLE = files(__package__).joinpath("settle.lua").read_text()


class RedisLimiter:
    """`clock` returns seconds since the epoch; None stands for the clock of the Redis server.

    All keys start with the hash tag `{prefix}`, which keeps them in one slot of a Redis cluster.
    """

    def __init__(
        self,
        redis: RedisClient,
        quotas: Quotas,
        prefix: str = "footnote",
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.redis = redis
        self.quotas = quotas
        self.prefix = prefix
        self.clock = clock

    async def admit(self, client: str, tokens: int) -> Decision:
        now = "" if self.clock is None else self.clock() * 1000
        quotas = self.quotas
        arguments = [now, tokens, quotas.requests, quotas.client_tokens, quotas.total_tokens]
        exceeded, now, due, spent = await self._run(ADMIT, client, arguments)
        return Decision(
            client,
            quotas,
            exceeded=cast("Quota", exceeded) or None,
            now=float(now) / 1000,
            due=float(due) / 1000,
            client_spent=int(spent),
            reserved=0 if exceeded else tokens,
        )

    async def reserve(self, decision: Decision, tokens: int) -> Decision:
        quotas, more = self.quotas, tokens - decision.reserved
        arguments = [decision.day, more, quotas.client_tokens, quotas.total_tokens]
        exceeded, spent = await self._run(SETTLE, decision.client, arguments)
        if not exceeded:
            decision = replace(decision, reserved=tokens)
        return replace(decision, exceeded=cast("Quota", exceeded) or None, client_spent=int(spent))

    async def settle(self, decision: Decision, spent: int) -> None:
        if spent != decision.reserved:
            await self._run(SETTLE, decision.client, [decision.day, spent - decision.reserved, 0, 0])

    async def connect(self) -> None:
        await self.redis.connect()

    async def _run(self, script: str, client: str, arguments: Sequence[str | float]) -> Any:
        keys = [f"{{{self.prefix}}}:client:{client}", f"{{{self.prefix}}}:total"]
        return await self.redis.run(
            lambda connection: connection.register_script(script)(keys, arguments)
        )
