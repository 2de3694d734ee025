"""Cancellation of work when its client disconnects."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

Endpoint = Callable[[Request], Awaitable[Response]]


async def cancel_on_disconnect(endpoint: Endpoint, request: Request) -> Response:
    """The endpoint's response. Cancels the endpoint and raises ClientDisconnect when the client leaves.

    The connection is watched once the endpoint has read the whole body.
    """
    receive = _ObservedReceive(request.receive)
    worker = asyncio.current_task()
    assert worker is not None
    watch = asyncio.create_task(receive.wait_for_disconnect())
    working = True

    def cancel_worker(_: asyncio.Task[None]) -> None:
        if working and not watch.cancelled():
            worker.cancel()

    watch.add_done_callback(cancel_worker)
    try:
        return await endpoint(Request(request.scope, receive))
    except asyncio.CancelledError:
        if watch.done() and not watch.cancelled() and worker.uncancel() == 0:
            raise ClientDisconnect from None
        raise
    finally:
        working = False
        watch.cancel()


class _ObservedReceive:
    """An ASGI `receive` that notices the end of the body."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.complete = asyncio.Event()

    async def __call__(self) -> Message:
        message = await self.receive()
        if not message.get("more_body"):
            self.complete.set()
        return message

    async def wait_for_disconnect(self) -> None:
        await self.complete.wait()
        while (await self.receive())["type"] != "http.disconnect":
            pass


class CallbackResponse(Response):
    """Wraps a response and calls `on_end` once it has been sent or has failed."""

    def __init__(self, response: Response, on_end: Callable[[], None]) -> None:
        self.response = response
        self.on_end = on_end
        self.status_code = response.status_code
        self.raw_headers = response.raw_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.response(scope, receive, send)
        finally:
            self.on_end()
