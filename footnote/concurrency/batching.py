"""Calls that come while others are under way, put together."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence, Sized
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

from footnote.errors import DeadlinePassed, Declined, FootnoteError

Item = TypeVar("Item")
Result = TypeVar("Result")

LONGEST = 0.3
"""Seconds at most that a place stays empty."""


@dataclass(slots=True, eq=False)
class Waiting(Generic[Item, Result]):
    """An item and who waits for what becomes of it."""

    item: Item
    result: asyncio.Future[Result]
    context: Context = field(default_factory=copy_context)


class Batcher(Generic[Item, Result]):
    """`await gathering(item)` is the result of `work` on the item.

    An item goes at once, and alone, while fewer than `width` calls of `work` are under way. Those that
    come then go together with the next call, at most `most` of them, or as many as have that size
    together. So nothing waits where there is little to do; where there is much, calls get larger and
    not more.

    With a `rest` no call follows another at once: its place stays empty for so many times as long as
    the call took, for each item that it had. So of many who come one after the other each call has
    several, and whoever comes alone hardly waits.
    """

    def __init__(
        self,
        work: Callable[[list[Item]], Awaitable[Sequence[Result]]],
        *,
        max_concurrency: int,
        max_batch_size: int,
        item_size: Callable[[Item], int] = lambda item: 1,
        cooldown: float = 0,
        interchangeable: bool = False,
    ) -> None:
        """`work` answers a result for each item. When it fails for several because of one, each is tried
        alone; when what it asks is down, all have failed. Where items are `alike` all have failed, but
        that the first had no time left: the others go with the next call."""
        self._work = work
        self._max_concurrency = max_concurrency
        self._max_batch_size = max_batch_size
        self._item_size = item_size
        self._cooldown = cooldown
        self._interchangeable = interchangeable
        self._queue: deque[Waiting[Item, Result]] = deque()
        self._calls: set[asyncio.Task[None]] = set()

    async def __call__(self, item: Item) -> Result:
        waiting = Waiting(item, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._depart()
        result: Result = await waiting.result
        return result

    def _depart(self) -> None:
        while self._queue and len(self._calls) < self._max_concurrency:
            if group := self._next():
                self._send(group)

    def _next(self) -> list[Waiting[Item, Result]]:
        """Those who go now; whoever left meanwhile does not."""
        chosen = [self._queue.popleft()]
        room = self._max_batch_size - self._item_size(chosen[0].item)
        while self._queue and (room := room - self._item_size(self._queue[0].item)) >= 0:
            chosen.append(self._queue.popleft())
        return [waiting for waiting in chosen if not waiting.result.done()]

    def _send(self, group: list[Waiting[Item, Result]]) -> None:
        """The call belongs to the trace of the first, and ends when everyone has left."""
        call = asyncio.get_running_loop().create_task(self._call(group), context=group[0].context)
        self._calls.add(call)
        call.add_done_callback(self._ended)

        def left(_: asyncio.Future[Result]) -> None:
            if all(waiting.result.cancelled() for waiting in group):
                call.cancel()

        for waiting in group:
            waiting.result.add_done_callback(left)

    def _ended(self, call: asyncio.Task[None]) -> None:
        self._calls.discard(call)
        if not call.cancelled():
            call.exception()  # everyone was told
        self._depart()

    async def _call(self, group: list[Waiting[Item, Result]]) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        await self._settle(group)
        if self._cooldown:
            took = clock() - began
            await asyncio.sleep(min(LONGEST, self._cooldown * took * len(group)))

    async def _settle(self, group: list[Waiting[Item, Result]]) -> None:
        try:
            results = await self._work([waiting.item for waiting in group])
            told = list(zip(group, results, strict=True))
        except Exception as error:
            self._blame(group, error)
        except BaseException as error:  # nothing follows: the process ends
            _fail(group, error)
            raise
        else:
            for waiting, result in told:
                if not waiting.result.done():
                    waiting.result.set_result(result)

    def _blame(self, group: list[Waiting[Item, Result]], error: Exception) -> None:
        first, *others = group
        if self._interchangeable and isinstance(error, DeadlinePassed):
            _fail([first], error)
            self._queue.extendleft(reversed(others))
        elif others and not self._interchangeable and _may_be_of_one(error):
            for waiting in group:
                self._send([waiting])
        else:
            _fail(group, error)


class Coalescer(Generic[Result]):
    """`await shared()` is what `work` returns, when it was called after that: once for all who wait.

    Who comes while it is called waits for the next call, since what it learns may be of before.
    """

    def __init__(self, work: Callable[[], Awaitable[Result]], *, cooldown: float = 0) -> None:
        async def work_for_all(asked: Sequence[None]) -> list[Result]:
            return [await work()] * len(asked)

        self._batcher = Batcher(
            work_for_all,
            max_concurrency=1,
            max_batch_size=sys.maxsize,
            cooldown=cooldown,
            interchangeable=True,
        )

    async def __call__(self) -> Result:
        return await self._batcher(None)


def split_results(results: Iterable[Result], asked: Sequence[Sized]) -> list[list[Result]]:
    """Of what several asked for together, the results of each: as many as it asked for."""
    left = iter(results)
    return [list(islice(left, len(each))) for each in asked]


def _may_be_of_one(error: Exception) -> bool:
    """Whether others' items need not fail: one was wrong, or the first had no time left."""
    passing = isinstance(error, FootnoteError) and error.retryable
    return isinstance(error, DeadlinePassed | Declined) or not passing


def _fail(group: Sequence[Waiting[Item, Result]], error: BaseException) -> None:
    for waiting in group:
        if not waiting.result.done():
            waiting.result.set_exception(error)
