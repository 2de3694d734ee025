"""The deadline of the present request, which each call passes on to the next function."""

from __future__ import annotations

import asyncio
import contextvars
import math
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from footnote.errors import DeadlinePassed

HEADER = "footnote-timeout"
"""Seconds from when the request is sent, so that two machines need not agree on the time."""

_deadline: contextvars.ContextVar[float] = contextvars.ContextVar("deadline", default=math.inf)


def enter(headers: Mapping[str, str]) -> None:
    """Set the deadline that the headers of a request name; none if the header is missing or invalid."""
    try:
        seconds = float(headers.get(HEADER, "inf"))
    except ValueError:
        seconds = math.inf
    _deadline.set(time.monotonic() + seconds if seconds >= 0 else math.inf)


def remaining() -> float:
    """Seconds left; infinite without a deadline."""
    return _deadline.get() - time.monotonic()


def within(seconds: float) -> float:
    """The smaller of `seconds` and the seconds left. Raises DeadlinePassed when none are left."""
    left = min(seconds, remaining())
    if left <= 0:
        raise DeadlinePassed("The caller's deadline has passed.")
    return left


@asynccontextmanager
async def enforced() -> AsyncIterator[None]:
    """Cancels the block at the deadline and raises DeadlinePassed."""
    left = remaining()
    try:
        async with asyncio.timeout(None if left == math.inf else left) as timeout:
            yield
    except TimeoutError:
        if timeout.expired():
            raise DeadlinePassed("The caller's deadline has passed.") from None
        raise


def headers(seconds: float) -> dict[str, str]:
    """Headers for a request whose response is awaited for that many seconds."""
    return {HEADER: f"{seconds:.3f}"}
