"""The address of the broker of one machine: what functions, and servers that can, send events to."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from footnote.errors import InvalidRequest
from footnote.events import QUESTION_ASKED, parse
from footnote.local.broker import Broker

if TYPE_CHECKING:
    from aiohttp import web


@asynccontextmanager
async def entrance(listener: socket.socket, broker: Broker) -> AsyncIterator[None]:
    """Pass on to the broker what is posted. A sender does not wait until it is delivered.

    What is no event is refused at once, and kept among the dead letters too.
    """
    from aiohttp import web

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            events = parse(request.headers, body)
        except InvalidRequest as error:
            broker.refuse(body, error)
            return refusal(error)
        if any(event["type"] == QUESTION_ASKED for event in events):
            return refusal(InvalidRequest("Send a question to answer: the response is its answer."))
        for event in events:
            broker.take(event)
        return web.Response(status=202)

    def refusal(error: InvalidRequest) -> web.Response:
        return web.Response(status=error.status, body=error.body(), content_type="application/json")

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield
    finally:
        await runner.cleanup()
