"""How long the caller still waits for an answer, passed on from function to function."""

from __future__ import annotations

import asyncio
import contextvars
import math
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from footnote.errors import DeadlinePassed

HEADER = "footnote-timeout"
"""Seconds from when the request is sent: clocks of two machines need not agree."""

_deadline: contextvars.ContextVar[float] = contextvars.ContextVar("deadline", default=math.inf)


def enter(headers: Mapping[str, str]) -> None:
    """Take over the deadline of a request; one that names none, or nonsense, has none."""
    try:
        seconds = float(headers.get(HEADER, "inf"))
    except ValueError:
        seconds = math.inf
    _deadline.set(time.monotonic() + seconds if seconds >= 0 else math.inf)


def remaining() -> float:
    """Seconds left; infinite where nobody set a limit."""
    return _deadline.get() - time.monotonic()


def within(seconds: float) -> float:
    """At most `seconds`, and at most what is left. Raises DeadlinePassed when nothing is."""
    left = min(seconds, remaining())
    if left <= 0:
        raise DeadlinePassed("The time that the caller gave is over.")
    return left


@asynccontextmanager
async def enforced() -> AsyncIterator[None]:
    """Stops the block when the time is over. Raises DeadlinePassed then."""
    left = remaining()
    try:
        async with asyncio.timeout(None if left == math.inf else left) as timeout:
            yield
    except TimeoutError:
        if timeout.expired():
            raise DeadlinePassed("The time that the caller gave is over.") from None
        raise


def headers(seconds: float) -> dict[str, str]:
    """What to send along with a request that is waited for so long."""
    return {HEADER: f"{seconds:.3f}"}
