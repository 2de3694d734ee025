import asyncio

import pytest

from footnote.calls.circuit_breaker import CircuitBreaker
from footnote.errors import DeadlinePassed, InvalidRequest, Unavailable


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def use(breaker: CircuitBreaker, error: Exception | None = None) -> str:
    """The outcome of one use: "works", or the message of the exception."""
    try:
        with breaker:
            if error:
                raise error
    except Exception as raised:
        return str(raised)
    return "works"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker("Store", failure_threshold=3, reset_timeout=10, clock=clock)


def fail(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        assert use(breaker, Unavailable("down")) == "down"


def test_opens_after_consecutive_failures(breaker: CircuitBreaker) -> None:
    fail(breaker, 3)
    assert use(breaker) == "Store keeps failing, so calls are paused. The last failure: down"


def test_a_success_resets_the_count_of_failures(breaker: CircuitBreaker) -> None:
    fail(breaker, 2)
    use(breaker)
    fail(breaker, 2)
    assert use(breaker) == "works"


def test_an_open_breaker_says_when_to_retry(breaker: CircuitBreaker) -> None:
    fail(breaker, 3)
    with pytest.raises(Unavailable) as refused, breaker:
        pass
    assert 10 <= (refused.value.retry_after or 0) <= 20


def test_after_the_timeout_one_use_is_let_through(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 21
    with breaker:
        assert "calls are paused" in use(breaker)
    assert use(breaker) == "works"


def test_stays_open_when_that_use_fails(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 21
    fail(breaker, 1)
    assert "calls are paused" in use(breaker)


def test_a_client_error_counts_as_a_success(breaker: CircuitBreaker) -> None:
    fail(breaker, 2)
    use(breaker, InvalidRequest("wrong"))
    fail(breaker, 2)
    assert use(breaker) == "works"


@pytest.mark.parametrize("end", [asyncio.CancelledError(), DeadlinePassed("late")])
def test_a_cancelled_use_counts_as_neither(breaker: CircuitBreaker, end: BaseException) -> None:
    fail(breaker, 2)
    with pytest.raises(type(end)), breaker:
        raise end
    assert use(breaker, Unavailable("down")) == "down"
    assert "calls are paused" in use(breaker)
