"""A receiver of events, as ingest or a broker is one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

from footnote.local.broker import Outcome


class Receiver:
    """Takes events; those about a key that starts with `bad` are refused, others wait for `gate`."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.arrivals: asyncio.Queue[str] = asyncio.Queue()
        self.outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
        """Of all that was delivered or refused, as the broker reports them."""
        self.gate = asyncio.Event()
        self.gate.set()
        self.most = self.present = 0

    async def take(self, request: web.Request) -> web.Response:
        key = str((await request.json()).get("key", request.headers["ce-type"]))
        self.keys.append(key)
        self.arrivals.put_nowait(key)
        self.present += 1
        self.most = max(self.most, self.present)
        await self.gate.wait()
        self.present -= 1
        if key.startswith("bad"):
            return web.json_response({"error": {"message": "It is encrypted."}}, status=422)
        return web.Response(status=204)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Its URL."""
        app = web.Application()
        app.router.add_post("/", self.take)
        async with TestServer(app) as server:
            yield str(server.make_url("/"))
