from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from footnote import trace_context
from footnote.concurrency.batching import MAX_COOLDOWN, Batcher, Coalescer
from footnote.errors import DeadlinePassed, Declined, InvalidRequest, Unavailable
from tests.clockwork import Clockwork


class Work:
    """Doubles numbers once `may` is set; records its batches and their traces."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.traces: list[str] = []
        self.ended: list[list[int]] = []
        self.may = asyncio.Event()

    async def __call__(self, items: Sequence[int]) -> list[int]:
        self.calls.append(list(items))
        self.traces.append(trace_context.trace_id())
        try:
            await self.may.wait()
        finally:
            self.ended.append(list(items))
        if -1 in items:
            raise InvalidRequest("negative")
        if -2 in items:
            raise Unavailable("down")
        if items[0] == -3:
            raise DeadlinePassed("late")
        if -4 in items:
            raise Declined("no")
        return [2 * item for item in items]


async def begun(batcher: Batcher[int, int], *items: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.ensure_future(batcher(item)) for item in items]
    for _ in range(20):
        await asyncio.sleep(0)
    return tasks


async def test_items_go_alone_while_slots_are_free_and_in_batches_afterwards() -> None:
    work = Work()
    tasks = await begun(Batcher(work, max_concurrency=2, max_batch_size=3), *range(7))
    assert work.calls == [[0], [1]]
    work.may.set()
    assert await asyncio.gather(*tasks) == [0, 2, 4, 6, 8, 10, 12]
    assert work.calls == [[0], [1], [2, 3, 4], [5, 6]]


async def test_a_batch_is_limited_by_the_size_of_its_items() -> None:
    work = Work()
    tasks = await begun(
        Batcher(work, max_concurrency=1, max_batch_size=6, item_size=int), 9, 1, 3, 2, 5, 8, 1
    )
    work.may.set()
    await asyncio.gather(*tasks)
    assert work.calls == [[9], [1, 3, 2], [5], [8], [1]]


@pytest.mark.parametrize(("item", "error"), [(-1, InvalidRequest), (-4, Declined)])
async def test_after_a_failure_because_of_one_item_each_is_tried_alone(
    item: int, error: type[Exception]
) -> None:
    work = Work()
    tasks = await begun(Batcher(work, max_concurrency=1, max_batch_size=9), 0, 1, item, 2)
    work.may.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[0], results[1], type(results[2]), results[3]] == [0, 2, error, 4]


async def test_a_passed_deadline_fails_only_its_own_item() -> None:
    work = Work()
    tasks = await begun(Batcher(work, max_concurrency=1, max_batch_size=9), 0, -3, 2)
    work.may.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[0], type(results[1]), results[2]] == [0, DeadlinePassed, 4]


async def test_an_outage_fails_the_batch_without_further_calls() -> None:
    work = Work()
    tasks = await begun(Batcher(work, max_concurrency=1, max_batch_size=9), 0, -2, 2)
    work.may.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[0], *map(type, results[1:])] == [0, Unavailable, Unavailable]
    assert work.calls == [[0], [-2, 2]]


async def test_a_call_is_cancelled_once_all_its_callers_have_left() -> None:
    work = Work()
    batcher = Batcher(work, max_concurrency=1, max_batch_size=2)
    first, one, other, last = await begun(batcher, 0, 1, 2, 3)
    first.cancel()
    await begun(batcher)
    assert (work.ended, work.calls) == ([[0]], [[0], [1, 2]])
    one.cancel()
    await begun(batcher)
    assert work.ended == [[0]]
    work.may.set()
    assert [*await asyncio.gather(other, last)] == [4, 6]


async def test_too_few_results_fail_the_batch() -> None:
    async def short(items: Sequence[int]) -> list[int]:
        return [] if -1 in items else list(items)[:2]

    tasks = await begun(Batcher(short, max_concurrency=1, max_batch_size=9), 0, 1, -1, 2)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[0], results[1], type(results[2]), results[3]] == [0, 1, ValueError, 2]


class Told:
    """Raises or returns the given outcomes in turn once it may, and counts concurrent calls."""

    def __init__(self, *outcomes: Exception | int) -> None:
        self.outcomes = list(outcomes)
        self.under_way = self.most = 0
        self.may = asyncio.Event()

    async def __call__(self) -> int:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await self.may.wait()
            await asyncio.sleep(0)
        finally:
            self.under_way -= 1
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


async def told(work: Told, waiting: int) -> list[int | BaseException]:
    """The outcomes for several callers that wait while a first call is under way."""
    coalescer = Coalescer(work)
    first = asyncio.ensure_future(coalescer())
    await asyncio.sleep(0)
    tasks = [asyncio.ensure_future(coalescer()) for _ in range(waiting)]
    await asyncio.sleep(0)
    work.may.set()
    assert await first == 0
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_coalesced_callers_share_a_failure() -> None:
    work = Told(0, InvalidRequest("ambiguous"))
    assert [*map(type, await told(work, 9))] == [InvalidRequest] * 9
    assert not work.outcomes


async def test_a_passed_deadline_leaves_the_next_call_to_the_other_coalesced_callers() -> None:
    work = Told(0, DeadlinePassed("late"), DeadlinePassed("late"), 7)
    late, other, *rest = await told(work, 9)
    assert [type(late), type(other), rest] == [DeadlinePassed, DeadlinePassed, [7] * 7]
    assert (work.outcomes, work.most) == ([], 1)


async def test_a_caller_that_left_the_queue_is_not_worked_for() -> None:
    work = Work()
    batcher = Batcher(work, max_concurrency=1, max_batch_size=2)
    first, left, other = await begun(batcher, 0, 1, 2)
    left.cancel()
    work.may.set()
    assert [*await asyncio.gather(first, other)] == [0, 4]
    assert work.calls == [[0], [2]]
    with pytest.raises(asyncio.CancelledError):
        await left


async def test_a_call_belongs_to_the_trace_of_its_first_item() -> None:
    work = Work()
    batcher = Batcher(work, max_concurrency=1, max_batch_size=9)

    async def traced(number: int) -> int:
        trace_context.enter({"traceparent": f"00-{number:032x}-{number:016x}-01"})
        return await batcher(number)

    work.may.set()
    await asyncio.gather(*map(traced, (1, 2, 3)))
    assert [int(trace, 16) for trace in work.traces] == [1, 2]


def test_items_that_arrive_during_a_cooldown_share_the_next_call() -> None:
    with asyncio.Runner(loop_factory=Clockwork) as runner:
        runner.run(come_in_a_rest())


async def come_in_a_rest() -> None:
    work = Work()
    batcher = Batcher(work, max_concurrency=1, max_batch_size=9, cooldown=50)
    first = await begun(batcher, 0)
    await asyncio.sleep(0.01)
    work.may.set()
    assert await asyncio.gather(*first) == [0]
    one = await begun(batcher, 1)
    other = await begun(batcher, 2)
    assert work.calls == [[0]]
    assert await asyncio.gather(*one, *other) == [2, 4]
    assert work.calls == [[0], [1, 2]]


async def rest_after(items: int, took: float) -> float:
    """Seconds between a call with that many items and that duration and the next call."""
    began = []

    async def work(asked: Sequence[int]) -> list[int]:
        began.append(asyncio.get_running_loop().time())
        await asyncio.sleep(took if len(began) == 2 else 0)
        return list(asked)

    batcher = Batcher(work, max_concurrency=1, max_batch_size=99, cooldown=1)
    await asyncio.gather(*map(batcher, range(1 + items)))
    await batcher(0)
    return began[2] - began[1] - took


@pytest.mark.parametrize(
    ("items", "took", "rest"),
    [(1, 0.01, 0.01), (9, 0.01, 0.09), (9, 0.02, 0.18), (90, 0.02, MAX_COOLDOWN)],
)
def test_the_cooldown_grows_with_items_and_duration(items: int, took: float, rest: float) -> None:
    with asyncio.Runner(loop_factory=Clockwork) as runner:
        assert runner.run(rest_after(items, took)) == pytest.approx(rest)


async def test_waiting_callers_get_the_exception_that_ends_the_process() -> None:
    class Ended(BaseException):
        pass

    async def end(items: Sequence[int]) -> list[int]:
        raise Ended

    batcher = Batcher(end, max_concurrency=1, max_batch_size=9)
    results = await asyncio.gather(batcher(0), batcher(1), batcher(2), return_exceptions=True)
    assert [*map(type, results)] == [Ended] * 3
