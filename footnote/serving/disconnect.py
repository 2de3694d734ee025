"""Work for a client that may leave: it is stopped then, instead of finished for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

Endpoint = Callable[[Request], Awaitable[Response]]


async def cancel_on_disconnect(endpoint: Endpoint, request: Request) -> Response:
    """What the endpoint answers. Cancels it and raises ClientDisconnect when the client leaves.

    The client is watched from the moment the endpoint has read the whole body.
    """
    body = _Body(request.receive)
    worker = asyncio.current_task()
    assert worker is not None
    watch = asyncio.create_task(body.left())
    working = True

    def stop(_: asyncio.Task[None]) -> None:
        if working and not watch.cancelled():
            worker.cancel()

    watch.add_done_callback(stop)
    try:
        return await endpoint(Request(request.scope, body))
    except asyncio.CancelledError:
        if watch.done() and not watch.cancelled() and worker.uncancel() == 0:
            raise ClientDisconnect from None
        raise
    finally:
        working = False
        watch.cancel()


class _Body:
    """Passes the messages of a body on, and knows when it is complete."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.complete = asyncio.Event()

    async def __call__(self) -> Message:
        message = await self.receive()
        if not message.get("more_body"):
            self.complete.set()
        return message

    async def left(self) -> None:
        await self.complete.wait()
        while (await self.receive())["type"] != "http.disconnect":
            pass


class CallbackResponse(Response):
    """A response; `done` is called once it has been sent or can no longer be."""

    def __init__(self, response: Response, done: Callable[[], None]) -> None:
        self.response = response
        self.done = done
        self.status_code = response.status_code
        self.raw_headers = response.raw_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.response(scope, receive, send)
        finally:
            self.done()
