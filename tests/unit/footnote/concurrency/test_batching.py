from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from footnote import telemetry
from footnote.concurrency.batching import MAX_COOLDOWN, Batcher, Coalescer
from footnote.errors import DeadlinePassed, Declined, InvalidRequest, Unavailable
from tests.clockwork import Clockwork


class Work:
    """Doubles numbers, once it may; remembers what it was given and in which trace."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.traces: list[str] = []
        self.ended: list[list[int]] = []
        self.may = asyncio.Event()

    async def __call__(self, items: Sequence[int]) -> list[int]:
        self.calls.append(list(items))
        self.traces.append(telemetry.trace_id())
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


async def test_who_comes_first_goes_alone_and_who_waits_goes_together() -> None:
    work = Work()
    tasks = await begun(Batcher(work, max_concurrency=2, max_batch_size=3), *range(7))
    assert work.calls == [[0], [1]]
    work.may.set()
    assert await asyncio.gather(*tasks) == [0, 2, 4, 6, 8, 10, 12]
    assert work.calls == [[0], [1], [2, 3, 4], [5, 6]]


async def test_as_many_go_together_as_have_the_size() -> None:
    work = Work()
    tasks = await begun(
        Batcher(work, max_concurrency=1, max_batch_size=6, item_size=int), 9, 1, 3, 2, 5, 8, 1
    )
    work.may.set()
    await asyncio.gather(*tasks)
    assert work.calls == [[9], [1, 3, 2], [5], [8], [1]]


@pytest.mark.parametrize(("item", "error"), [(-1, InvalidRequest), (-4, Declined)])
async def test_one_that_is_wrong_spoils_it_for_nobody_else(item: int, error: type[Exception]) -> None:
    work = Work()
    tasks = await begun(Batcher(work, max_concurrency=1, max_batch_size=9), 0, 1, item, 2)
    work.may.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[0], results[1], type(results[2]), results[3]] == [0, 2, error, 4]


async def test_one_without_time_takes_nobody_elses() -> None:
    work = Work()
    tasks = await begun(Batcher(work, max_concurrency=1, max_batch_size=9), 0, -3, 2)
    work.may.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[0], type(results[1]), results[2]] == [0, DeadlinePassed, 4]


async def test_what_is_down_is_not_asked_again_for_each() -> None:
    work = Work()
    tasks = await begun(Batcher(work, max_concurrency=1, max_batch_size=9), 0, -2, 2)
    work.may.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[0], *map(type, results[1:])] == [0, Unavailable, Unavailable]
    assert work.calls == [[0], [-2, 2]]


async def test_a_call_ends_when_all_have_left_and_not_before() -> None:
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


async def test_what_answers_for_too_few_has_answered_nobody() -> None:
    async def short(items: Sequence[int]) -> list[int]:
        return [] if -1 in items else list(items)[:2]

    tasks = await begun(Batcher(short, max_concurrency=1, max_batch_size=9), 0, 1, -1, 2)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[0], results[1], type(results[2]), results[3]] == [0, 1, ValueError, 2]


class Told:
    """Once it may, raises or returns in turn what it was given, and counts its calls at once."""

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
    """What so many are told who wait while a first call is under way."""
    coalescer = Coalescer(work)
    first = asyncio.ensure_future(coalescer())
    await asyncio.sleep(0)
    tasks = [asyncio.ensure_future(coalescer()) for _ in range(waiting)]
    await asyncio.sleep(0)
    work.may.set()
    assert await first == 0
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_fails_for_one_of_those_who_share_fails_for_all() -> None:
    work = Told(0, InvalidRequest("ambiguous"))
    assert [*map(type, await told(work, 9))] == [InvalidRequest] * 9
    assert not work.outcomes


async def test_whoever_has_no_time_leaves_the_next_call_to_the_others_together() -> None:
    work = Told(0, DeadlinePassed("late"), DeadlinePassed("late"), 7)
    late, other, *rest = await told(work, 9)
    assert [type(late), type(other), rest] == [DeadlinePassed, DeadlinePassed, [7] * 7]
    assert (work.outcomes, work.most) == ([], 1)


async def test_who_leaves_while_waiting_is_not_worked_for() -> None:
    work = Work()
    batcher = Batcher(work, max_concurrency=1, max_batch_size=2)
    first, left, other = await begun(batcher, 0, 1, 2)
    left.cancel()
    work.may.set()
    assert [*await asyncio.gather(first, other)] == [0, 4]
    assert work.calls == [[0], [2]]
    with pytest.raises(asyncio.CancelledError):
        await left


async def test_a_call_belongs_to_the_trace_of_its_first() -> None:
    work = Work()
    batcher = Batcher(work, max_concurrency=1, max_batch_size=9)

    async def traced(number: int) -> int:
        telemetry.enter_trace({"traceparent": f"00-{number:032x}-{number:016x}-01"})
        return await batcher(number)

    work.may.set()
    await asyncio.gather(*map(traced, (1, 2, 3)))
    assert [int(trace, 16) for trace in work.traces] == [1, 2]


def test_a_rest_lets_the_next_call_have_who_comes_meanwhile() -> None:
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
    """Seconds from the end of a call, of so many items, that took so long, to the next call."""
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
def test_the_more_a_call_had_and_the_longer_it_took_the_longer_the_rest(
    items: int, took: float, rest: float
) -> None:
    with asyncio.Runner(loop_factory=Clockwork) as runner:
        assert runner.run(rest_after(items, took)) == pytest.approx(rest)


async def test_who_waits_in_a_process_that_ends_is_told() -> None:
    class Ended(BaseException):
        pass

    async def end(items: Sequence[int]) -> list[int]:
        raise Ended

    batcher = Batcher(end, max_concurrency=1, max_batch_size=9)
    results = await asyncio.gather(batcher(0), batcher(1), batcher(2), return_exceptions=True)
    assert [*map(type, results)] == [Ended] * 3
