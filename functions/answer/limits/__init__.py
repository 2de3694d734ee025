"""Rate limits and token budgets: a port with two adapters, in memory and in Redis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from footnote.calls.backoff import CONNECT_BACKOFF
from footnote.errors import RateLimited

if TYPE_CHECKING:
    from footnote.settings import Settings

MINUTE = 60.0
DAY = 86_400.0

Quota = Literal["requests", "client_tokens", "total_tokens"]


@dataclass(frozen=True, slots=True)
class Quotas:
    """What is allowed; 0 means no limit. A day is a UTC day."""

    requests: int = 0
    """Requests of one client in a minute; that many may come in one burst."""
    client_tokens: int = 0
    """Tokens of the chat model for one client in a day."""
    total_tokens: int = 0
    """Tokens of the chat model for all clients together in a day."""

    @classmethod
    def from_settings(cls, settings: Settings) -> Quotas:
        return cls(settings.rate_limit, settings.client_daily_tokens, settings.total_daily_tokens)


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision of a limiter about one request, and the tokens that it reserved for it."""

    client: str
    quotas: Quotas
    exceeded: Quota | None
    """The quota that refuses the request, or None if it is admitted."""
    now: float
    """Seconds since the epoch, by the limiter's clock."""
    due: float
    """The theoretical arrival time of the client's next request (GCRA), by the same clock."""
    client_spent: int
    """Tokens of the client today, including this reservation."""
    reserved: int
    """Tokens reserved for this request."""
    counted: bool = True
    """Whether the request was counted; False if it was admitted while the limiter was down."""

    @property
    def outcome(self) -> str:
        if self.exceeded:
            return self.exceeded
        return "admitted" if self.counted else "uncounted"

    @property
    def day(self) -> int:
        return int(self.now // DAY)

    @property
    def seconds_to_midnight(self) -> float:
        return (self.day + 1) * DAY - self.now

    @property
    def retry_after(self) -> float:
        """Seconds until the exceeded quota may admit a request."""
        if self.exceeded == "requests":
            return self.due + MINUTE / self.quotas.requests - MINUTE - self.now
        return self.seconds_to_midnight

    def raise_if_refused(self) -> None:
        """Raises RateLimited, with the quotas in its headers."""
        if self.exceeded:
            raise RateLimited(
                _MESSAGES[self.exceeded].format(self.quotas),
                retry_after=self.retry_after,
                headers=self.headers(),
            )

    def headers(self) -> dict[str, str]:
        """RateLimit-Policy and RateLimit (IETF draft) of the quotas of one client."""
        policies, states = [], []
        if limit := self.quotas.requests:
            backlog = max(0.0, self.due - self.now)
            left = int((MINUTE - backlog) * limit / MINUTE + 1e-6)
            policies.append(f'"requests";q={limit};w={MINUTE:.0f}')
            states.append(f'"requests";r={left};t={backlog:.0f}')
        if limit := self.quotas.client_tokens:
            left = max(0, limit - self.client_spent)
            policies.append(f'"tokens";q={limit};w={DAY:.0f}')
            states.append(f'"tokens";r={left};t={self.seconds_to_midnight:.0f}')
        if not policies:
            return {}
        return {"ratelimit-policy": ", ".join(policies), "ratelimit": ", ".join(states)}


_MESSAGES = {
    "requests": "Too many requests: the limit is {0.requests} per minute.",
    "client_tokens": "Too few of your {0.client_tokens} daily tokens are left; they reset at 00:00 UTC.",
    "total_tokens": "Too few of the service's daily tokens are left; they reset at 00:00 UTC.",
}


class Limiter(Protocol):
    """Every decision is atomic: of simultaneous requests only as many as allowed are admitted.

    All methods raise Unavailable when the counters cannot be reached.
    """

    async def admit(self, client: str, tokens: int) -> Decision:
        """Count a request and reserve `tokens`, unless a quota refuses it.

        A refused request is not counted. A request of 0 tokens is refused only by the rate.
        """
        ...

    async def reserve(self, decision: Decision, tokens: int) -> Decision:
        """Change the reservation of `decision` to `tokens`, unless a quota refuses the difference."""
        ...

    async def settle(self, decision: Decision, spent: int) -> None:
        """Replace the reservation of `decision` by the tokens that were spent."""
        ...

    async def connect(self) -> None:
        """Reach the counters, so that no request has to wait for that."""
        ...


def open_limiter(settings: Settings) -> Limiter:
    """In Redis if the settings have one, else in memory. Opens no connection yet."""
    quotas = Quotas.from_settings(settings)
    if not settings.redis_url or quotas == Quotas():
        from functions.answer.limits.memory import MemoryLimiter

        return MemoryLimiter(quotas)
    from functions.answer.limits.redis import RedisLimiter
    from functions.answer.redis import AT_ONCE, RedisClient

    closed = settings.limits_fail == "closed"
    redis = RedisClient.from_settings(settings, CONNECT_BACKOFF if closed else AT_ONCE)
    limiter = RedisLimiter(redis, quotas, prefix=settings.index)
    if closed:
        return limiter
    from functions.answer.limits.fail_open import FailOpenLimiter

    return FailOpenLimiter(limiter)
