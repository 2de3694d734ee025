"""Work on many items, few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


async def bounded_map(
    work: Callable[[Item], Awaitable[Result]], items: Iterable[Item], width: int
) -> list[Result]:
    """The results of `work` on each item, in order, at most `width` of them under way at once.

    So a long list never fills the queue that a short one waits in. The first error ends it all.
    """
    todo = iter(enumerate(items))
    done: dict[int, Result] = {}

    async def run() -> None:
        for place, item in todo:
            done[place] = await work(item)

    runners = [asyncio.ensure_future(run()) for _ in range(width)]
    try:
        await asyncio.gather(*runners)
    finally:
        for runner in runners:
            runner.cancel()
    return [done[place] for place in sorted(done)]
