import asyncio

import pytest

from footnote.errors import Unavailable
from footnote.readiness import Readiness


async def test_a_check_goes_on_when_nobody_waits_for_it_any_more() -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def check() -> None:
        assert not begun.is_set(), "it was begun again"
        begun.set()
        await may_end.wait()
        ended.set()

    readiness = Readiness(check)
    impatient = asyncio.create_task(readiness())
    await begun.wait()
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    patient = asyncio.create_task(readiness())
    may_end.set()
    await patient
    assert ended.is_set()


async def test_each_who_asks_after_the_last_check_ended_has_a_new_one() -> None:
    answers = [Unavailable("The store is away."), None]

    async def check() -> None:
        if error := answers.pop(0):
            raise error

    readiness = Readiness(check)
    with pytest.raises(Unavailable):
        await readiness()
    await readiness()
