import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message

from footnote.serving.disconnect import CallbackResponse, cancel_on_disconnect

TURNS = 20
"""Iterations of the event loop within which a disconnect is noticed."""
PART: Message = {"type": "http.request", "body": b"a", "more_body": True}
LAST: Message = {"type": "http.request", "body": b"b"}
LEFT: Message = {"type": "http.disconnect"}


class Client:
    """Sends the messages it is given, then waits for the answer."""

    def __init__(self, *messages: Message) -> None:
        self.messages = list(messages)
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        await asyncio.sleep(0)
        if not self.messages:
            await asyncio.Event().wait()
        return self.messages.pop(0)

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    def request(self) -> Request:
        return Request({"type": "http", "method": "POST", "headers": []}, self.receive)


class Endpoint:
    def __init__(self) -> None:
        self.state = "idle"
        self.begun = asyncio.Event()

    async def __call__(self, request: Request) -> Response:
        body = await request.body()
        self.state = "works"
        self.begun.set()
        try:
            for _ in range(TURNS):
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.state = "cancelled"
            raise
        return Response(body)


async def test_a_client_that_stays_gets_the_response() -> None:
    response = await cancel_on_disconnect(Endpoint(), Client(PART, LAST).request())
    assert response.body == b"ab"


async def test_work_for_a_client_that_left_is_cancelled() -> None:
    endpoint = Endpoint()
    with pytest.raises(ClientDisconnect):
        await cancel_on_disconnect(endpoint, Client(PART, LAST, LEFT).request())
    assert endpoint.state == "cancelled"


async def test_the_task_itself_is_not_left_cancelled() -> None:
    with pytest.raises(ClientDisconnect):
        await cancel_on_disconnect(Endpoint(), Client(LAST, LEFT).request())
    await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_disconnect_within_the_body_is_noticed() -> None:
    with pytest.raises(ClientDisconnect):
        await cancel_on_disconnect(Endpoint(), Client(PART, LEFT).request())


async def test_a_cancellation_from_outside_is_no_disconnect() -> None:
    endpoint = Endpoint()
    task = asyncio.create_task(cancel_on_disconnect(endpoint, Client(LAST).request()))
    await endpoint.begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert endpoint.state == "cancelled"


async def stream(fails: bool) -> AsyncIterator[str]:
    yield "one"
    if fails:
        raise ValueError("midway")


@pytest.mark.parametrize("fails", [False, True])
async def test_the_callback_is_called_once_at_the_end_of_the_stream(fails: bool) -> None:
    client, calls = Client(), []
    response = CallbackResponse(StreamingResponse(stream(fails)), lambda: calls.append(len(client.sent)))
    assert calls == []
    try:
        await response({"type": "http", "asgi": {"spec_version": "2.4"}}, client.receive, client.send)
    except ValueError:
        assert fails
    assert calls == [len(client.sent)]


async def test_a_wrapped_response_has_the_same_status_and_headers() -> None:
    followed = CallbackResponse(Response("x", 418, {"x-name": "value"}), lambda: None)
    assert (followed.status_code, followed.headers["x-name"]) == (418, "value")
