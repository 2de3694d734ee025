"""An HTTP server that receives events, like ingest or a broker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

from footnote.local.broker import Outcome


class Receiver:
    """Accepts events once `gate` is open; refuses those about keys that start with `bad`."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.arrivals: asyncio.Queue[str] = asyncio.Queue()
        self.outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
        """The outcomes that the broker reports."""
        self.gate = asyncio.Event()
        self.gate.set()
        self.most_concurrent = self.concurrent = 0

    async def take(self, request: web.Request) -> web.Response:
        key = str((await request.json()).get("key", request.headers["ce-type"]))
        self.keys.append(key)
        self.arrivals.put_nowait(key)
        self.concurrent += 1
        self.most_concurrent = max(self.most_concurrent, self.concurrent)
        await self.gate.wait()
        self.concurrent -= 1
        if key.startswith("bad"):
            return web.json_response({"error": {"message": "It is encrypted."}}, status=422)
        return web.Response(status=204)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Serve while the block runs; yields the URL."""
        app = web.Application()
        app.router.add_post("/", self.take)
        async with TestServer(app) as server:
            yield str(server.make_url("/"))
