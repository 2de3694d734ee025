"""The HTTP ingress of the local broker, to which functions and storage servers post events."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from footnote.errors import InvalidRequest
from footnote.events import QUESTION_ASKED, parse
from footnote.local.broker import Broker

if TYPE_CHECKING:
    from aiohttp import web


@asynccontextmanager
async def serve_ingress(listener: socket.socket, broker: Broker) -> AsyncIterator[None]:
    """Forward posted events to the broker while the block runs. The response does not wait for delivery.

    A body that is not an event is answered with 422 and kept as a dead letter.
    """
    from aiohttp import web

    app = web.Application()
    app.router.add_post("/", partial(_receive, broker))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield
    finally:
        await runner.cleanup()


async def _receive(broker: Broker, request: web.Request) -> web.Response:
    from aiohttp import web

    body = await request.read()
    try:
        events = parse(request.headers, body)
    except InvalidRequest as error:
        broker.reject(body, error)
        return _error_response(error)
    if any(event["type"] == QUESTION_ASKED for event in events):
        misdirected = InvalidRequest("Send questions to the function answer, not to the broker.")
        return _error_response(misdirected)
    for event in events:
        broker.forward(event)
    return web.Response(status=202)


def _error_response(error: InvalidRequest) -> web.Response:
    from aiohttp import web

    return web.Response(status=error.status, body=error.body(), content_type="application/json")
