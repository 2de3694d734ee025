"""A limiter that fails open: requests are admitted uncounted while they cannot be counted."""

from __future__ import annotations

import logging
import time

from footnote.errors import Unavailable
from footnote.outage_log import OutageLog
from functions.answer.limits import Decision, Limiter, Quotas

log = logging.getLogger("footnote.answer")


class FailOpenLimiter:
    """Wraps `limiter`, and logs when an outage of it begins and ends."""

    def __init__(self, limiter: Limiter) -> None:
        self.limiter = limiter
        self.outage = OutageLog(log, "limits are not enforced", "limits are enforced again")

    async def admit(self, client: str, tokens: int) -> Decision:
        try:
            decision = await self.limiter.admit(client, tokens)
        except Unavailable as error:
            self.outage.failed(error.message)
            return Decision(
                client,
                Quotas(),
                exceeded=None,
                now=time.time(),
                due=0,
                client_spent=0,
                reserved=0,
                counted=False,
            )
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

    async def connect(self) -> None:
        await self.limiter.connect()
