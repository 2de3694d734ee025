"""How much a client may ask and spend: a port with two adapters, in memory and in Redis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from footnote.errors import RateLimited

if TYPE_CHECKING:
    from footnote.settings import Settings

MINUTE = 60.0
DAY = 86_400.0

Quota = Literal["requests", "client_tokens", "total_tokens"]


@dataclass(frozen=True, slots=True)
class Quotas:
    """What is allowed; 0 means as much as wanted. A day is a UTC day."""

    requests: int = 0
    """Of one client in a minute; as many may come at once."""
    client_tokens: int = 0
    """Of the chat model, for one client in a day."""
    total_tokens: int = 0
    """Of the chat model, for all clients together in a day."""

    @classmethod
    def of(cls, settings: Settings) -> Quotas:
        return cls(settings.rate_limit, settings.client_daily_tokens, settings.total_daily_tokens)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a limiter said about one request, and what it kept aside for it."""

    client: str
    quotas: Quotas
    refused: Quota | None
    """The quota that is used up; None when the request may go on."""
    now: float
    """Seconds since the epoch, by the limiter's clock."""
    due: float
    """When the client's requests of the past are worked off, by the same clock."""
    client_spent: int
    """Tokens of the client today, this reservation included."""
    reserved: int
    """Tokens kept aside for this request."""
    counted: bool = True
    """False when nobody could count, and the request may go on all the same."""

    @property
    def name(self) -> str:
        if self.refused:
            return self.refused
        return "admitted" if self.counted else "uncounted"

    @property
    def day(self) -> int:
        return int(self.now // DAY)

    @property
    def midnight(self) -> float:
        """Seconds until the budgets are whole again."""
        return (self.day + 1) * DAY - self.now

    @property
    def retry_after(self) -> float:
        """Seconds until the quota that refused may have room."""
        if self.refused == "requests":
            return self.due + MINUTE / self.quotas.requests - MINUTE - self.now
        return self.midnight

    def check(self) -> None:
        """Raises RateLimited, with the quotas in its headers, when the request was refused."""
        if self.refused:
            raise RateLimited(
                _SENTENCES[self.refused].format(self.quotas),
                retry_after=self.retry_after,
                headers=self.headers(),
            )

    def headers(self) -> dict[str, str]:
        """RateLimit-Policy and RateLimit (IETF draft), of the quotas that are this client's own."""
        policies, states = [], []
        if limit := self.quotas.requests:
            backlog = max(0.0, self.due - self.now)
            left = int((MINUTE - backlog) * limit / MINUTE + 1e-6)
            policies.append(f'"requests";q={limit};w={MINUTE:.0f}')
            states.append(f'"requests";r={left};t={backlog:.0f}')
        if limit := self.quotas.client_tokens:
            left = max(0, limit - self.client_spent)
            policies.append(f'"tokens";q={limit};w={DAY:.0f}')
            states.append(f'"tokens";r={left};t={self.midnight:.0f}')
        if not policies:
            return {}
        return {"ratelimit-policy": ", ".join(policies), "ratelimit": ", ".join(states)}


_SENTENCES = {
    "requests": "More than {0.requests} requests a minute; wait, then ask again.",
    "client_tokens": "Your {0.client_tokens} tokens of today are spent; new ones come at 00:00 UTC.",
    "total_tokens": "The service has spent its tokens of today; new ones come at 00:00 UTC.",
}


class Limiter(Protocol):
    """Every decision is atomic: of any number of simultaneous requests only so many are let in.

    Raises Unavailable when what it counts in cannot be reached.
    """

    async def admit(self, client: str, tokens: int) -> Decision:
        """Count a request that may spend up to `tokens`, unless a quota refuses it.

        A refused request counts for nothing. One of 0 tokens is refused only by the rate.
        """
        ...

    async def reserve(self, decision: Decision, tokens: int) -> Decision:
        """Keep aside `tokens` in place of what `decision` did, unless a quota refuses the rest of them.

        Then what was kept aside stays so.
        """
        ...

    async def settle(self, decision: Decision, spent: int) -> None:
        """Replace what `decision` kept aside by the tokens really spent."""
        ...

    async def open(self) -> None:
        """Reach what it counts in, so that no request has to wait for that."""
        ...


def open_limiter(settings: Settings) -> Limiter:
    """In Redis where there is one, else in memory. Opens no connection yet."""
    quotas = Quotas.of(settings)
    if not settings.redis_url or quotas == Quotas():
        from functions.answer.limits.memory import MemoryLimiter

        return MemoryLimiter(quotas)
    from functions.answer.limits.redis import RedisLimiter
    from functions.answer.redis import RedisClient

    limiter = RedisLimiter(RedisClient.from_settings(settings), quotas, prefix=settings.index)
    if settings.limits_fail == "closed":
        return limiter
    from functions.answer.limits.fail_open import FailOpenLimiter

    return FailOpenLimiter(limiter)
