import asyncio
import math
from collections.abc import Iterator

import pytest

from footnote import deadline
from footnote.errors import DeadlinePassed


@pytest.fixture(autouse=True)
def none_left_behind() -> Iterator[None]:
    """A test that is no coroutine shares its context, and so its deadline, with all that come later."""
    yield
    deadline.enter({})


def test_without_a_deadline_there_is_as_much_time_as_wanted() -> None:
    deadline.enter({})
    assert deadline.remaining() == math.inf
    assert deadline.within(30) == 30


def test_the_callers_time_limits_what_a_stage_may_take() -> None:
    deadline.enter({deadline.HEADER: "5"})
    assert deadline.within(30) <= 5
    assert deadline.within(2) == 2


@pytest.mark.parametrize("nonsense", ["", "soon", "nan", "-3", "1e999"])
def test_nonsense_is_no_deadline(nonsense: str) -> None:
    deadline.enter({deadline.HEADER: nonsense})
    assert deadline.remaining() == math.inf


async def test_work_stops_when_the_time_is_over() -> None:
    deadline.enter({deadline.HEADER: "0.01"})
    with pytest.raises(DeadlinePassed):
        async with deadline.enforced():
            await asyncio.Event().wait()
    with pytest.raises(DeadlinePassed):
        deadline.within(30)


async def test_a_timeout_of_the_work_itself_stays_what_it_is() -> None:
    deadline.enter({deadline.HEADER: "60"})
    with pytest.raises(TimeoutError):
        async with deadline.enforced():
            raise TimeoutError


def test_what_is_passed_on_is_understood_by_the_next() -> None:
    deadline.enter(deadline.headers(12.5))
    assert 12 < deadline.remaining() <= 12.5
