"""Batching and coalescing of calls that arrive while others are under way."""

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

MAX_COOLDOWN = 0.3
"""Seconds."""


@dataclass(slots=True, eq=False)
class Pending(Generic[Item, Result]):
    """An item whose caller waits for the result."""

    item: Item
    result: asyncio.Future[Result]
    context: Context = field(default_factory=copy_context)


class Batcher(Generic[Item, Result]):
    """`await batcher(item)` returns the result of `work` for the item.

    While fewer than `max_concurrency` calls of `work` are under way, an item is sent at once and alone.
    Items that arrive later wait for the next free slot and go as one batch. So nothing waits under low
    load; under high load batches get larger, and calls do not get more.

    With a `cooldown`, the slot of a call stays empty afterwards for `cooldown` times the call's duration
    times its number of items. So callers in close succession share calls, while a lone caller hardly
    waits.
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
        """`work` returns a result for each item. `item_size` is what an item counts of `max_batch_size`,
        which may change between calls.

        When `work` fails for a batch because of one item, each item is tried again alone; when its
        dependency is down, all of them fail. If items are `interchangeable`, all of them fail in any
        case, unless the first caller's deadline passed: then the others go with the next call.
        """
        self._work = work
        self._max_concurrency = max_concurrency
        self.max_batch_size = max_batch_size
        self._item_size = item_size
        self._cooldown = cooldown
        self._interchangeable = interchangeable
        self._queue: deque[Pending[Item, Result]] = deque()
        self._calls: set[asyncio.Task[None]] = set()

    async def __call__(self, item: Item) -> Result:
        pending = Pending(item, asyncio.get_running_loop().create_future())
        self._queue.append(pending)
        self._start_calls()
        result: Result = await pending.result
        return result

    def _start_calls(self) -> None:
        while self._queue and len(self._calls) < self._max_concurrency:
            if batch := self._next_batch():
                self._start(batch)

    def _next_batch(self) -> list[Pending[Item, Result]]:
        """Takes a batch from the queue, without the items whose callers have left."""
        batch = [self._queue.popleft()]
        room = self.max_batch_size - self._item_size(batch[0].item)
        while self._queue and (room := room - self._item_size(self._queue[0].item)) >= 0:
            batch.append(self._queue.popleft())
        return [pending for pending in batch if not pending.result.done()]

    def _start(self, batch: list[Pending[Item, Result]]) -> None:
        """The call belongs to the trace of the first caller and is cancelled when all have left."""
        call = asyncio.get_running_loop().create_task(self._call(batch), context=batch[0].context)
        self._calls.add(call)
        call.add_done_callback(self._ended)

        def cancel_if_all_left(_: asyncio.Future[Result]) -> None:
            if all(pending.result.cancelled() for pending in batch):
                call.cancel()

        for pending in batch:
            pending.result.add_done_callback(cancel_if_all_left)

    def _ended(self, call: asyncio.Task[None]) -> None:
        self._calls.discard(call)
        if not call.cancelled():
            call.exception()  # marks it as retrieved: every caller has got it
        self._start_calls()

    async def _call(self, batch: list[Pending[Item, Result]]) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        await self._work_on(batch)
        if self._cooldown:
            duration = clock() - began
            await asyncio.sleep(min(MAX_COOLDOWN, self._cooldown * duration * len(batch)))

    async def _work_on(self, batch: list[Pending[Item, Result]]) -> None:
        try:
            results = await self._work([pending.item for pending in batch])
            settled = list(zip(batch, results, strict=True))
        except Exception as error:
            self._fail_or_retry(batch, error)
        except BaseException as error:  # the process ends
            _fail(batch, error)
            raise
        else:
            for pending, result in settled:
                if not pending.result.done():
                    pending.result.set_result(result)

    def _fail_or_retry(self, batch: list[Pending[Item, Result]], error: Exception) -> None:
        first, *others = batch
        if self._interchangeable and isinstance(error, DeadlinePassed):
            _fail([first], error)
            self._queue.extendleft(reversed(others))
        elif others and not self._interchangeable and _may_concern_one_item(error):
            for pending in batch:
                self._start([pending])
        else:
            _fail(batch, error)


class Coalescer(Generic[Result]):
    """`await coalescer()` returns the result of a call of `work` that began after this request for it.

    Requests that come during a call share the next one, since what the present call learns may be out
    of date for them. `cooldown` is that of Batcher.
    """

    def __init__(self, work: Callable[[], Awaitable[Result]], *, cooldown: float = 0) -> None:
        async def work_for_all(requests: Sequence[None]) -> list[Result]:
            return [await work()] * len(requests)

        self._batcher = Batcher(
            work_for_all,
            max_concurrency=1,
            max_batch_size=sys.maxsize,
            cooldown=cooldown,
            interchangeable=True,
        )

    async def __call__(self) -> Result:
        return await self._batcher(None)


def split_results(results: Iterable[Result], requests: Sequence[Sized]) -> list[list[Result]]:
    """The results of a batch divided among its requests: each gets as many as its length."""
    left = iter(results)
    return [list(islice(left, len(request))) for request in requests]


def _may_concern_one_item(error: Exception) -> bool:
    """Whether other items may succeed: one item was wrong, or the first caller's deadline passed."""
    is_outage = isinstance(error, FootnoteError) and error.retryable
    return isinstance(error, DeadlinePassed | Declined) or not is_outage


def _fail(batch: Sequence[Pending[Item, Result]], error: BaseException) -> None:
    for pending in batch:
        if not pending.result.done():
            pending.result.set_exception(error)
