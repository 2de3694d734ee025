"""Delivery with Knative's retry rules to a real HTTP server with scripted responses."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from footnote.events import document_event, object_changed_event, to_http
from footnote.local.delivery import BACKOFF, NO_ANSWER, RETRIES, Dispatcher

EVENT = object_changed_event("file:///bucket", "a b.md")
REPLY = document_event(EVENT, "file:///bucket", {"state": "indexed", "key": "a b.md", "id": "1"})

Serve = Callable[..., Awaitable[tuple[Dispatcher, list[web.Request]]]]


class Sleep:
    """Returns at once, and records the seconds."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a receiver that gives the responses in turn, and the last one from then on."""
    servers, sessions = [], []

    async def start(*answers: web.Response | int) -> tuple[Dispatcher, list[web.Request]]:
        requests: list[web.Request] = []

        async def answer(request: web.Request) -> web.Response:
            given = answers[min(len(requests), len(answers) - 1)]
            requests.append(request)
            return web.Response(status=given) if isinstance(given, int) else _copy(given)

        app = web.Application()
        app.router.add_post("/", answer)
        server = TestServer(app)
        await server.start_server()
        servers.append(server)
        sessions.append(aiohttp.ClientSession())
        url = str(server.make_url("/"))
        return Dispatcher(url, sessions[-1], asyncio.Semaphore(2), Sleep()), requests

    yield start
    for session in sessions:
        await session.close()
    for server in servers:
        await server.close()


def _copy(response: web.Response) -> web.Response:
    return web.Response(status=response.status, body=response.body, headers=response.headers)


async def test_an_accepted_event_is_sent_once(serve: Serve) -> None:
    dispatcher, requests = await serve(204)
    result = await dispatcher.deliver(EVENT)
    assert result.delivered
    assert len(requests) == 1
    assert requests[0].headers["ce-subject"] == "a%20b.md"


async def test_a_reply_is_read(serve: Serve) -> None:
    headers, body = to_http(REPLY)
    dispatcher, _ = await serve(web.Response(body=body, headers=headers))
    result = await dispatcher.deliver(EVENT)
    assert result.reply is not None
    assert result.reply["type"] == "dev.footnote.document.indexed.v1"


@pytest.mark.parametrize("status", [404, 408, 409, 429, 500, 502, 503])
async def test_a_temporary_failure_is_retried(serve: Serve, status: int) -> None:
    dispatcher, requests = await serve(status, status, 204)
    result = await dispatcher.deliver(EVENT)
    assert result.delivered
    assert len(requests) == 3
    assert len({request.headers["ce-id"] for request in requests}) == 1


@pytest.mark.parametrize("status", [400, 401, 405, 413, 422])
async def test_a_permanent_failure_is_not_retried(serve: Serve, status: int) -> None:
    dispatcher, requests = await serve(status, 204)
    result = await dispatcher.deliver(EVENT)
    assert not result.delivered
    assert len(requests) == 1


async def test_a_success_whose_body_is_not_an_event_is_a_failure(serve: Serve) -> None:
    dispatcher, requests = await serve(web.Response(text="OK"), 204)
    assert (await dispatcher.deliver(EVENT)).delivered
    assert len(requests) == 2


async def test_the_last_failure_is_returned_after_all_retries(serve: Serve) -> None:
    dispatcher, requests = await serve(web.json_response({"error": {"message": "Busy."}}, status=503))
    result = await dispatcher.deliver(EVENT)
    assert (result.status, result.reason) == (503, "Busy.")
    assert len(requests) == RETRIES + 1


async def test_an_unreachable_receiver_is_a_temporary_failure() -> None:
    async with aiohttp.ClientSession() as session:
        dispatcher = Dispatcher("http://127.0.0.1:9/", session, asyncio.Semaphore(1), Sleep())
        result = await dispatcher.deliver(EVENT)
    assert result.status == NO_ANSWER
    assert result.retryable


async def test_the_backoff_doubles(serve: Serve) -> None:
    dispatcher, _ = await serve(503)
    sleep = Sleep()
    await replace(dispatcher, sleep=sleep).deliver(EVENT)
    assert sleep.seconds == [BACKOFF * 2**attempt for attempt in range(RETRIES)]


async def test_retry_after_is_respected(serve: Serve) -> None:
    dispatcher, requests = await serve(web.Response(status=429, headers={"retry-after": "7"}), 204)
    sleep = Sleep()
    result = await replace(dispatcher, sleep=sleep).deliver(EVENT)
    assert (result.delivered, len(requests), sleep.seconds) == (True, 2, [7])
