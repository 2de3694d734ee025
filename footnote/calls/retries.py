"""Retries with jittered pauses, so that callers that failed together do not all retry together."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Result = TypeVar("Result")


async def with_retries(
    attempt: Callable[[], Awaitable[Result]],
    backoff: Iterable[float],
    on: type[Exception],
    never: tuple[type[Exception], ...] = (),
) -> Result:
    """The result of the first attempt that succeeds, or the error of the last one.

    `backoff`: the longest pause, in seconds, before each further attempt. Only an error that is an `on`
    and none of `never` is retried.
    """
    for longest in backoff:
        try:
            return await attempt()
        except never:
            raise
        except on:
            await pause(longest)
    return await attempt()


async def pause(longest: float) -> None:
    """Sleep for `longest` seconds or less, but for half of that at least."""
    await asyncio.sleep(random.uniform(longest / 2, longest))
