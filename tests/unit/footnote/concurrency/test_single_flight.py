import asyncio

import pytest

from footnote.concurrency.single_flight import SingleFlight
from footnote.errors import Unavailable


async def test_a_run_continues_without_callers() -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        assert not begun.is_set(), "it was begun again"
        begun.set()
        await may_end.wait()
        ended.set()

    single_flight = SingleFlight(work)
    impatient = asyncio.create_task(single_flight())
    await begun.wait()
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    patient = asyncio.create_task(single_flight())
    may_end.set()
    await patient
    assert ended.is_set()


async def test_a_call_after_a_run_starts_a_new_one() -> None:
    answers = [Unavailable("The store is away."), None]

    async def work() -> None:
        if error := answers.pop(0):
            raise error

    single_flight = SingleFlight(work)
    with pytest.raises(Unavailable):
        await single_flight()
    await single_flight()
