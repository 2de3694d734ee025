import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from footnote import deadline, trace_context
from footnote.calls import http
from footnote.errors import (
    DeadlinePassed,
    Declined,
    FootnoteError,
    InvalidRequest,
    NotFound,
    RateLimited,
    Unavailable,
)
from tests.peer import Peer, Silent, failure
from tests.refusing import refusing

pytestmark = pytest.mark.usefixtures("calls")

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


async def refusal(url: str) -> str:
    with pytest.raises(Unavailable) as refused:
        await http.call("GET", url)
    assert not isinstance(refused.value, DeadlinePassed)
    return refused.value.message


async def test_a_call_returns_the_json() -> None:
    async with Peer([OK]) as url:
        assert await http.call("GET", url) == {}


async def test_a_request_is_repeated_once_when_its_connection_closes() -> None:
    peer = Peer([b"", OK])
    async with peer as url:
        assert await http.call("POST", url, json={}) == {}
    assert len(peer.requests) == 2


async def test_a_server_that_keeps_closing_is_unavailable() -> None:
    async with Peer([b"", b""]) as url:
        with pytest.raises(Unavailable, match="cannot be reached"):
            await http.call("POST", url, json={})


async def test_a_closed_port_is_unavailable() -> None:
    http.connection_pool().backoff = ()
    with pytest.raises(Unavailable, match="cannot be reached"):
        await http.call("GET", "http://127.0.0.1:9")


async def test_a_refused_connection_is_retried_and_counts_as_no_failure() -> None:
    with refusing() as late:
        http.connection_pool().backoff = late.pauses()
        assert await http.call("GET", late.url) == "ok"


async def test_an_upload_whose_connection_is_refused_is_sent_when_it_is_accepted() -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"tea"

    with refusing() as late:
        http.connection_pool().backoff = late.pauses()
        assert await http.put_stream(late.url, parts(), headers={}, params={}, timeout=60) == "ok"
        assert late.received == b"3\r\ntea\r\n"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (408, Unavailable),
        (404, NotFound),
        (422, InvalidRequest),
        (400, InvalidRequest),
        (429, RateLimited),
        (503, Unavailable),
    ],
)
async def test_the_error_of_the_other_side_is_raised(status: int, error: type[FootnoteError]) -> None:
    async with Peer([failure(status, "why", "retry-after: 7\r\n")]) as url:
        with pytest.raises(error, match="why") as raised:
            await http.call("GET", url)
    if status in (429, 503):
        assert raised.value.retry_after == 7


async def test_a_failing_server_opens_the_circuit_breaker() -> None:
    peer = Peer([failure(503, "down")] * 9)
    async with peer as url:
        messages = [await refusal(url) for _ in range(9)]
    assert len(peer.requests) == 5
    assert all("calls are paused" in message for message in messages[5:])


async def test_each_refused_call_is_one_failure() -> None:
    with refusing() as late:
        http.connection_pool().backoff = (0,) * 9
        messages = [await refusal(late.url) for _ in range(6)]
    assert all("cannot be reached" in message for message in messages[:5])
    assert "calls are paused" in messages[5]


async def test_a_short_deadline_is_no_failure_of_the_other_side() -> None:
    async with Silent() as url:
        for _ in range(9):
            deadline.enter({deadline.HEADER: "0.01"})
            with pytest.raises(DeadlinePassed):
                await http.call("GET", url)
        deadline.enter({})
        with pytest.raises(Unavailable, match="did not answer"):
            await http.call("GET", url, timeout=0.01)


LATE = failure(503, "The time is over.", kind="deadline_passed")


async def test_a_deadline_that_the_other_side_reports_is_no_failure_of_it() -> None:
    peer = Peer([LATE] * 9 + [OK])
    async with peer as url:
        deadline.enter({deadline.HEADER: "9"})
        for _ in range(9):
            with pytest.raises(DeadlinePassed):
                await http.call("GET", url)
        assert await http.call("GET", url) == {}


@pytest.mark.parametrize(("status", "kind"), [(503, "declined"), (500, FootnoteError("").type)])
async def test_what_the_other_side_declines_is_no_failure_of_it(status: int, kind: str) -> None:
    peer = Peer([failure(status, "No direction.", kind=kind)] * 9 + [OK])
    async with peer as url:
        for _ in range(9):
            with pytest.raises(Declined, match="No direction"):
                await http.call("GET", url)
        assert await http.call("GET", url) == {}


async def test_a_timeout_without_a_deadline_is_a_failure() -> None:
    peer = Peer([LATE] * 9)
    async with peer as url:
        messages = [await refusal(url) for _ in range(9)]
    assert len(peer.requests) == 5
    assert "did not answer within 30 s" in messages[0]


async def test_the_remaining_time_is_passed_on() -> None:
    deadline.enter({deadline.HEADER: "5"})
    peer = Peer([OK])
    async with peer as url:
        await http.call("GET", url, timeout=30)
    assert 0 < given(peer.requests[0]) <= 5


async def test_a_retry_has_the_time_that_the_first_attempt_left() -> None:
    peer = Peer([b"", OK], pause=0.1)
    async with peer as url:
        await http.call("GET", url, timeout=30)
    first, second = map(given, peer.requests)
    assert 0 < second < first <= 30


def given(request: bytes) -> float:
    """Seconds."""
    (line,) = [line for line in request.split(b"\r\n") if line.startswith(b"footnote-timeout")]
    return float(line.split(b":")[1])


async def test_the_trace_is_passed_on() -> None:
    trace_context.enter({"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    peer = Peer([OK])
    async with peer as url:
        await http.call("GET", url)
    assert b"0af7651916cd43dd8448eb211c80319c" in peer.requests[0]


def test_the_session_is_closed_when_the_loop_ends() -> None:
    async def ask() -> aiohttp.ClientSession:
        async with Peer([OK]) as url, http.session().get(url) as response:
            await response.read()
        return http.session()

    with asyncio.Runner() as runner:
        asked = runner.run(ask())
        assert not asked.closed
    http.session.cache_clear()
    assert asked.closed
