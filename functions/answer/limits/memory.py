"""The limiter of one process, which starts anew with the process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from functions.answer.limits import DAY, MINUTE, Decision, Quota, Quotas

MAX_ACCOUNTS = 10_000
"""Accounts beyond which idle ones are removed."""


@dataclass(slots=True)
class Account:
    due: float = 0.0
    """The theoretical arrival time of the next request (GCRA)."""
    day: int = 0
    tokens: int = 0
    """Tokens spent or reserved on `day`."""

    def spent(self, day: int) -> int:
        return self.tokens if self.day == day else 0

    def add(self, day: int, tokens: int) -> None:
        self.day, self.tokens = day, self.spent(day) + tokens

    def is_idle(self, now: float) -> bool:
        return self.due <= now and not self.spent(int(now // DAY))


class MemoryLimiter:
    def __init__(self, quotas: Quotas, clock: Callable[[], float] = time.time) -> None:
        self.quotas = quotas
        self.clock = clock
        self.total = Account()
        self.clients: dict[str, Account] = {}
        self.cleanup_size = MAX_ACCOUNTS

    async def admit(self, client: str, tokens: int) -> Decision:
        now = self.clock()
        account = self._account(client, now)
        account.due = min(account.due, now + MINUTE)  # it is later only if the clock was set back
        exceeded = self._exceeded(account, now, tokens)
        if not exceeded:
            self._count(account, now, tokens)
        return Decision(
            client,
            self.quotas,
            exceeded,
            now,
            due=account.due,
            client_spent=account.spent(int(now // DAY)),
            reserved=0 if exceeded else tokens,
        )

    async def reserve(self, decision: Decision, tokens: int) -> Decision:
        account, more = self._account(decision.client, decision.now), tokens - decision.reserved
        exceeded = self._exceeded_budget(account, decision.day, more)
        if not exceeded:
            await self.settle(decision, tokens)
            decision = replace(decision, reserved=tokens)
        return replace(decision, exceeded=exceeded, client_spent=account.spent(decision.day))

    async def settle(self, decision: Decision, spent: int) -> None:
        for account in (self._account(decision.client, decision.now), self.total):
            if account.day == decision.day:
                account.tokens += spent - decision.reserved

    async def connect(self) -> None:
        return None

    def _exceeded(self, account: Account, now: float, tokens: int) -> Quota | None:
        quotas, day = self.quotas, int(now // DAY)
        if quotas.requests and max(account.due, now) + MINUTE / quotas.requests > now + MINUTE + 1e-6:
            return "requests"
        return self._exceeded_budget(account, day, tokens)

    def _exceeded_budget(self, account: Account, day: int, tokens: int) -> Quota | None:
        if tokens > 0 and 0 < self.quotas.client_tokens < account.spent(day) + tokens:
            return "client_tokens"
        if tokens > 0 and 0 < self.quotas.total_tokens < self.total.spent(day) + tokens:
            return "total_tokens"
        return None

    def _count(self, account: Account, now: float, tokens: int) -> None:
        if self.quotas.requests:
            account.due = max(account.due, now) + MINUTE / self.quotas.requests
        for each in (account, self.total):
            each.add(int(now // DAY), tokens)

    def _account(self, client: str, now: float) -> Account:
        if len(self.clients) >= self.cleanup_size:
            self.clients = {name: each for name, each in self.clients.items() if not each.is_idle(now)}
            self.cleanup_size = max(MAX_ACCOUNTS, 2 * len(self.clients))
        return self.clients.setdefault(client, Account())
