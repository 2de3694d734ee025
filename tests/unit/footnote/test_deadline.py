import asyncio
import math
from collections.abc import Iterator

import pytest

from footnote import deadline
from footnote.errors import DeadlinePassed


@pytest.fixture(autouse=True)
def none_left_behind() -> Iterator[None]:
    """Tests that are no coroutines share a context, and so the deadline."""
    yield
    deadline.enter({})


def test_without_a_deadline_the_time_is_unlimited() -> None:
    deadline.enter({})
    assert deadline.remaining() == math.inf
    assert deadline.within(30) == 30


def test_the_callers_deadline_limits_a_timeout() -> None:
    deadline.enter({deadline.HEADER: "5"})
    assert deadline.within(30) <= 5
    assert deadline.within(2) == 2


@pytest.mark.parametrize("nonsense", ["", "soon", "nan", "-3", "1e999"])
def test_an_invalid_header_sets_no_deadline(nonsense: str) -> None:
    deadline.enter({deadline.HEADER: nonsense})
    assert deadline.remaining() == math.inf


async def test_work_is_cancelled_at_the_deadline() -> None:
    deadline.enter({deadline.HEADER: "0.01"})
    with pytest.raises(DeadlinePassed):
        async with deadline.enforced():
            await asyncio.Event().wait()
    with pytest.raises(DeadlinePassed):
        deadline.within(30)


async def test_a_timeout_within_the_work_is_not_converted() -> None:
    deadline.enter({deadline.HEADER: "60"})
    with pytest.raises(TimeoutError):
        async with deadline.enforced():
            raise TimeoutError


def test_the_header_passes_the_deadline_on() -> None:
    deadline.enter(deadline.headers(12.5))
    assert 12 < deadline.remaining() <= 12.5
