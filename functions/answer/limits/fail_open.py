"""What happens to requests while nobody can count them: they go on."""

from __future__ import annotations

import logging
import time

from footnote.errors import Unavailable
from footnote.outage_log import OutageLog
from functions.answer.limits import Decision, Limiter, Quotas

log = logging.getLogger("footnote.answer")


class FailOpenLimiter:
    """Lets everything in while `limiter` is unavailable, and says so when that begins and ends."""

    def __init__(self, limiter: Limiter) -> None:
        self.limiter = limiter
        self.outage = OutageLog(log, "requests are let in uncounted", "requests are counted again")

    async def admit(self, client: str, tokens: int) -> Decision:
        try:
            decision = await self.limiter.admit(client, tokens)
        except Unavailable as error:
            self.outage.failed(error.message)
            now, nothing = time.time(), Quotas()
            return Decision(client, nothing, None, now, due=0, client_spent=0, reserved=0, counted=False)
        self.outage.recovered()
        return decision

    async def reserve(self, decision: Decision, tokens: int) -> Decision:
        if not decision.counted:
            return decision
        try:
            return await self.limiter.reserve(decision, tokens)
        except Unavailable as error:
            self.outage.failed(error.message)
            return decision

    async def settle(self, decision: Decision, spent: int) -> None:
        await self.limiter.settle(decision, spent)

    async def open(self) -> None:
        await self.limiter.open()
