"""Delivery of notifications: delayed, out of order, duplicated, retried after a failure, or dropped."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from urllib.parse import unquote

import aiohttp
from aiohttp import web

from footnote.local.delivery import DeliveryResult

DROPPED, DUPLICATED = 0.04, 0.3
"""Probabilities."""
MAX_DELAY = 3.0
"""Seconds."""
RETRY_PAUSE = 0.5
"""Seconds."""
TIMEOUT = aiohttp.ClientTimeout(total=60)


class FaultyDelivery:
    """A webhook for the S3 server that delivers each notification to one of `addresses`."""

    def __init__(self, dice: random.Random, counts: Counter[str]) -> None:
        self.addresses: Sequence[str] = ()
        self.refused: list[str] = []
        self.dropped: set[str] = set()
        """Keys of the dropped notifications."""
        self._dice = dice
        self._counts = counts
        self._deliveries: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> FaultyDelivery:
        self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        app = web.Application()
        app.router.add_post("/", self._receive)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in self._deliveries:
            each.cancel()
        await self._session.close()
        await self._runner.cleanup()

    async def drain(self) -> None:
        """Wait until all notifications are delivered."""
        while self._deliveries:
            await asyncio.gather(*self._deliveries)

    async def _receive(self, request: web.Request) -> web.Response:
        body, notification = await request.read(), await request.json()
        records = notification.get("Records", [])
        keys = {unquote(record["s3"]["object"]["key"]) for record in records}
        if not records:  # the test event at the start of the server
            return web.Response()
        self._counts["events"] += 1
        if self._dice.random() < DROPPED:
            self._counts["fault: notification lost"] += 1
            self.dropped |= keys
            return web.Response()
        copies = 2 if self._dice.random() < DUPLICATED else 1
        self._counts["fault: notification delivered twice"] += copies - 1
        for _ in range(copies):
            task = asyncio.create_task(self._deliver(body))
            self._deliveries.add(task)
            task.add_done_callback(self._deliveries.discard)
        return web.Response()

    async def _deliver(self, body: bytes) -> None:
        await asyncio.sleep(self._dice.uniform(0, MAX_DELAY))
        while not await self._post(body):
            self._counts["deliveries that failed"] += 1
            await asyncio.sleep(RETRY_PAUSE)

    async def _post(self, body: bytes) -> bool:
        """Returns whether the notification was accepted, or refused for good."""
        address = f"{self._dice.choice(self.addresses)}/notifications"
        self._counts["deliveries"] += 1
        try:
            async with self._session.post(address, data=body) as answer:
                result = DeliveryResult(answer.status, await answer.read())
        except (aiohttp.ClientError, TimeoutError):
            return False
        if not result.delivered and not result.retryable:
            self.refused.append(f"{result.status}: {result.reason}")
        return not result.retryable
