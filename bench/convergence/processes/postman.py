"""Notifications on their way: late, out of order, more than once, again where they failed, or never."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from urllib.parse import unquote

import aiohttp
from aiohttp import web

LOST, TWICE = 0.04, 0.3
LATE = 3.0
"""Seconds at most."""
PAUSE = 0.5
"""Seconds between two attempts."""
TIMEOUT = aiohttp.ClientTimeout(total=60)


class Postman:
    """Takes what the S3 server posts, and delivers it to one of `addresses`."""

    def __init__(self, dice: random.Random, counts: Counter[str], lost: set[str]) -> None:
        self.addresses: Sequence[str] = ()
        self.refused: list[str] = []
        self._dice = dice
        self._counts = counts
        self._lost = lost
        """Keys."""
        self._rounds: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Postman:
        self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        app = web.Application()
        app.router.add_post("/", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in self._rounds:
            each.cancel()
        await self._session.close()
        await self._runner.cleanup()

    async def rest(self) -> None:
        """Return once all that is on its way has arrived."""
        while self._rounds:
            await asyncio.gather(*self._rounds)

    async def _take(self, request: web.Request) -> web.Response:
        body, said = await request.read(), await request.json()
        records = said.get("Records", [])
        keys = {unquote(record["s3"]["object"]["key"]) for record in records}
        if not records:  # a test event, as the server starts
            return web.Response()
        self._counts["events"] += 1
        if self._dice.random() < LOST:
            self._counts["fault: notification lost"] += 1
            self._lost |= keys
            return web.Response()
        copies = 2 if self._dice.random() < TWICE else 1
        self._counts["fault: notification delivered twice"] += copies - 1
        for _ in range(copies):
            task = asyncio.create_task(self._deliver(body))
            self._rounds.add(task)
            task.add_done_callback(self._rounds.discard)
        return web.Response()

    async def _deliver(self, body: bytes) -> None:
        await asyncio.sleep(self._dice.uniform(0, LATE))
        while not await self._arrived(body):
            self._counts["deliveries that failed"] += 1
            await asyncio.sleep(PAUSE)

    async def _arrived(self, body: bytes) -> bool:
        address = f"{self._dice.choice(self.addresses)}/notifications"
        self._counts["deliveries"] += 1
        try:
            async with self._session.post(address, data=body) as answer:
                if 400 <= answer.status < 500 and answer.status not in (404, 408, 409, 429):
                    self.refused.append(f"{answer.status}: {(await answer.text())[:200]}")
                return answer.status < 300 or bool(self.refused)
        except (aiohttp.ClientError, TimeoutError):
            return False
