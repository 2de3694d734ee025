"""Work on many items with bounded concurrency."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


async def bounded_map(
    work: Callable[[Item], Awaitable[Result]], items: Iterable[Item], limit: int
) -> list[Result]:
    """The results of `work` on each item, in order, with at most `limit` items under way at once.

    So a long list never fills the queue in which a short one waits. The first error cancels the rest.
    """
    remaining = iter(enumerate(items))
    results: dict[int, Result] = {}

    async def run() -> None:
        for position, item in remaining:
            results[position] = await work(item)

    runners = [asyncio.ensure_future(run()) for _ in range(limit)]
    try:
        await asyncio.gather(*runners)
    finally:
        for runner in runners:
            runner.cancel()
    return [results[position] for position in sorted(results)]
