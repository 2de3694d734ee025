"""Both adapters of the limiter, in memory and in a real Redis."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from footnote.errors import RateLimited
from functions.answer.limits import DAY, Decision, Limiter, Quotas
from functions.answer.limits.memory import MAX_ACCOUNTS, MemoryLimiter
from functions.answer.limits.redis import RedisLimiter
from functions.answer.redis import RedisClient

NOON = 20_000 * DAY + DAY / 2
numbers = itertools.count()


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


Make = Callable[[Quotas], Limiter]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "redis"])
async def limiter(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[Make]:
    servers: list[RedisClient] = []

    def make(quotas: Quotas) -> Limiter:
        if request.param == "memory":
            return MemoryLimiter(quotas, clock)
        url = request.getfixturevalue("redis").url
        servers.append(RedisClient(url, timeout=30))
        return RedisLimiter(servers[-1], quotas, f"test-{next(numbers)}", clock)

    yield make
    for server in servers:
        await server.close()


async def admitted(limiter: Limiter, times: int, client: str = "a", tokens: int = 0) -> int:
    decisions = await asyncio.gather(*(limiter.admit(client, tokens) for _ in range(times)))
    return sum(decision.exceeded is None for decision in decisions)


async def test_without_quotas_everything_is_let_in_and_nothing_is_said(limiter: Make) -> None:
    unlimited = limiter(Quotas())
    assert await admitted(unlimited, 100, tokens=1_000_000) == 100
    assert (await unlimited.admit("a", 1)).headers() == {}


async def test_a_minutes_requests_may_come_at_once_and_no_more(limiter: Make) -> None:
    assert await admitted(limiter(Quotas(requests=60)), 200) == 60


async def test_the_rate_is_each_clients_own(limiter: Make) -> None:
    limited = limiter(Quotas(requests=5))
    assert [await admitted(limited, 9, client) for client in ("a", "b")] == [5, 5]


async def test_room_comes_back_evenly(limiter: Make, clock: Clock) -> None:
    limited = limiter(Quotas(requests=60))
    await admitted(limited, 60)
    clock.now += 10
    assert await admitted(limited, 60) == 10


async def test_a_client_is_admitted_after_retry_after(limiter: Make, clock: Clock) -> None:
    limited = limiter(Quotas(requests=7))
    await admitted(limited, 7)
    refusal = await limited.admit("a", 0)
    assert 0 < refusal.retry_after <= 60 / 7
    clock.now += refusal.retry_after + 0.001
    assert await admitted(limited, 5) == 1


async def test_a_clock_that_is_set_back_refuses_nobody_for_longer_than_a_minute(
    limiter: Make, clock: Clock
) -> None:
    limited = limiter(Quotas(requests=6))
    await limited.admit("a", 0)
    clock.now -= 3600
    refusal = await limited.admit("a", 0)
    assert refusal.retry_after <= 10
    clock.now += refusal.retry_after + 0.001
    assert await admitted(limited, 5) == 1
    clock.now += 60
    assert await admitted(limited, 9) == 6


async def test_a_refused_request_counts_for_nothing(limiter: Make, clock: Clock) -> None:
    limited = limiter(Quotas(requests=1, client_tokens=100, total_tokens=100))
    await limited.admit("a", 10)
    assert await admitted(limited, 50, tokens=10) == 0
    clock.now += 60
    assert (await limited.admit("a", 90)).exceeded is None


async def test_reservations_never_pass_the_clients_budget(limiter: Make) -> None:
    limited = limiter(Quotas(client_tokens=1_000))
    assert await admitted(limited, 50, tokens=300) == 3
    assert (await limited.admit("a", 300)).exceeded == "client_tokens"
    assert (await limited.admit("b", 300)).exceeded is None


async def test_the_total_stops_spending_for_everyone(limiter: Make) -> None:
    limited = limiter(Quotas(total_tokens=1_000))
    clients = [f"client-{n}" for n in range(50)]
    decisions = await asyncio.gather(*(limited.admit(client, 200) for client in clients))
    assert [decision.exceeded for decision in decisions].count(None) == 5
    assert (await limited.admit("another", 200)).exceeded == "total_tokens"


async def test_a_request_of_no_tokens_is_admitted_beyond_the_budget(limiter: Make) -> None:
    limited = limiter(Quotas(client_tokens=100, total_tokens=100))
    await limited.settle(await limited.admit("a", 100), 5_000)
    assert (await limited.admit("a", 0)).exceeded is None


async def test_settling_gives_back_what_was_not_spent(limiter: Make) -> None:
    limited = limiter(Quotas(client_tokens=1_000, total_tokens=1_000))
    await limited.settle(await limited.admit("a", 1_000), 400)
    assert (await limited.admit("a", 601)).exceeded == "client_tokens"
    assert (await limited.admit("a", 600)).exceeded is None
    assert (await limited.admit("b", 1)).exceeded == "total_tokens"


async def test_settling_charges_what_was_spent_beyond_the_reservation(limiter: Make) -> None:
    limited = limiter(Quotas(client_tokens=1_000))
    await limited.settle(await limited.admit("a", 100), 950)
    assert (await limited.admit("a", 51)).exceeded == "client_tokens"


async def test_more_can_be_reserved_afterwards_as_far_as_the_budget_goes(limiter: Make) -> None:
    limited = limiter(Quotas(requests=9, client_tokens=1_000, total_tokens=1_500))
    first = await limited.admit("a", 100)
    more = await limited.reserve(first, 1_000)
    assert (more.exceeded, more.reserved, more.client_spent) == (None, 1_000, 1_000)
    assert more.due == first.due, "it is no other request"
    assert (await limited.reserve(more, 1_001)).exceeded == "client_tokens"
    other = await limited.admit("b", 100)
    refusal = await limited.reserve(other, 501)
    assert (refusal.exceeded, refusal.reserved) == ("total_tokens", 100)
    await limited.settle(refusal, 0)
    await limited.settle(more, 0)
    assert (await limited.admit("b", 1_000)).exceeded is None


async def test_a_new_day_brings_new_budgets(limiter: Make, clock: Clock) -> None:
    limited = limiter(Quotas(client_tokens=100, total_tokens=100))
    await limited.admit("a", 100)
    refusal = await limited.admit("a", 1)
    clock.now += refusal.retry_after
    assert (await limited.admit("a", 100)).exceeded is None


async def test_a_settlement_after_midnight_does_not_change_the_new_day(
    limiter: Make, clock: Clock
) -> None:
    limited = limiter(Quotas(client_tokens=100, total_tokens=100))
    yesterday = await limited.admit("a", 100)
    clock.now += DAY
    today = await limited.admit("a", 100)
    await limited.settle(yesterday, 0)
    assert (await limited.admit("a", 1)).exceeded == "client_tokens"
    await limited.settle(today, 0)
    assert (await limited.admit("a", 100)).exceeded is None


async def test_a_crowd_neither_frees_whoever_spent_nor_stays(clock: Clock) -> None:
    limited = MemoryLimiter(Quotas(client_tokens=10), clock)
    await limited.admit("ada", 10)
    for number in range(MAX_ACCOUNTS):
        await limited.admit(f"passer-by-{number}", 0)
    assert (await limited.admit("ada", 1)).exceeded == "client_tokens"
    assert len(limited.clients) < MAX_ACCOUNTS


async def test_a_crowd_does_not_free_whoever_asked_a_moment_ago(clock: Clock) -> None:
    limited = MemoryLimiter(Quotas(requests=1), clock)
    for number in range(MAX_ACCOUNTS - 1):
        await limited.admit(f"passer-by-{number}", 0)
    clock.now += 60
    for client in ("ada", "last"):
        assert (await limited.admit(client, 0)).exceeded is None
    assert set(limited.clients) == {"ada", "last"}
    assert (await limited.admit("ada", 0)).exceeded == "requests"


async def test_the_headers_say_what_is_allowed_and_what_is_left(limiter: Make) -> None:
    limited = limiter(Quotas(requests=60, client_tokens=1_000, total_tokens=5_000))
    await limited.admit("a", 300)
    assert (await limited.admit("a", 300)).headers() == {
        "ratelimit-policy": '"requests";q=60;w=60, "tokens";q=1000;w=86400',
        "ratelimit": '"requests";r=58;t=2, "tokens";r=400;t=43200',
    }


async def test_a_refusal_says_which_quota_and_when_to_come_back(limiter: Make) -> None:
    limited = limiter(Quotas(requests=6))
    await admitted(limited, 6)
    with pytest.raises(RateLimited, match="the limit is 6 per minute") as refused:
        (await limited.admit("a", 0)).raise_if_refused()
    assert refused.value.retry_after == pytest.approx(10)
    assert refused.value.headers["ratelimit"] == '"requests";r=0;t=60'


@pytest.mark.parametrize(
    ("quotas", "sentence"),
    [
        (Quotas(client_tokens=10), "Too few of your 10 daily tokens are left"),
        (Quotas(total_tokens=10), "Too few of the service's daily tokens are left"),
    ],
)
async def test_a_spent_budget_refuses_until_midnight(
    limiter: Make, quotas: Quotas, sentence: str
) -> None:
    with pytest.raises(RateLimited, match=sentence) as refused:
        (await limiter(quotas).admit("a", 11)).raise_if_refused()
    assert refused.value.retry_after == DAY / 2


steps = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.integers(0, 400),
        st.integers(0, 500),
        st.floats(0, DAY / 2),
    ),
    max_size=30,
)
quotas = st.builds(Quotas, st.integers(0, 5), st.integers(0, 1_000), st.integers(0, 1_500))


@hypothesis_settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(quotas=quotas, steps=steps)
async def test_both_decide_alike_whatever_comes(
    request: pytest.FixtureRequest, quotas: Quotas, steps: list[tuple[str, int, int, float]]
) -> None:
    clock = Clock()
    server = RedisClient(request.getfixturevalue("redis").url, timeout=30)
    shared = RedisLimiter(server, quotas, f"pair-{next(numbers)}", clock)
    pair: tuple[Limiter, Limiter] = (MemoryLimiter(quotas, clock), shared)
    for client, tokens, spent, pause in steps:
        decisions = [await each.admit(client, tokens) for each in pair]
        assert _outcome(decisions[0]) == _outcome(decisions[1])
        assert abs(_backlog(decisions[0]) - _backlog(decisions[1])) < 0.01
        if not decisions[0].exceeded:
            clock.now += pause
            both = zip(pair, decisions, strict=True)
            decisions = [await each.reserve(decision, spent * 2) for each, decision in both]
            assert _outcome(decisions[0]) == _outcome(decisions[1])
            for each, decision in zip(pair, decisions, strict=True):
                await each.settle(decision, spent)
        clock.now += pause
    await server.close()


def _outcome(decision: Decision) -> tuple[object, ...]:
    return decision.exceeded, decision.reserved, decision.client_spent


def _backlog(decision: Decision) -> float:
    return max(0, decision.due - decision.now)
