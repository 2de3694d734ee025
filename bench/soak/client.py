"""A client that retries requests, and counts those that were retried or lost."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

import aiohttp

from bench.report import Measure

RETRYABLE = frozenset({408, 429, 500, 502, 503, 504})
"""Retryable statuses; 500 only if it comes from a proxy, but the client cannot know."""
RETRY_TIMEOUT = 60.0
"""Seconds of retries after which a request counts as lost."""
PAUSE = 0.2


class Client:
    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.retried: Counter[str] = Counter()
        """Retries, by status or error."""
        self.lost: list[str] = []
        """Requests that failed for good, and how."""
        self._session = session

    async def request(self, method: str, url: str, **given: Any) -> Any:
        """The JSON of the response; None for a request that is lost."""
        deadline = time.monotonic() + RETRY_TIMEOUT
        while True:
            status, answer = await self._once(method, url, **given)
            if status in (200, 201):
                return answer
            seen = f"{method} {url.rpartition(':')[2]} {status or ''} {answer}"
            if (status and status not in RETRYABLE) or time.monotonic() > deadline:
                self.lost.append(seen)
                return None
            self.retried[f"{status or answer}"] += 1
            await asyncio.sleep(PAUSE)

    def measures(self) -> list[Measure]:
        return [
            Measure("requests that had to be sent again", self.retried.total()),
            Measure("requests that failed for good", len(self.lost), target=0),
        ]

    async def _once(self, method: str, url: str, **given: Any) -> tuple[int, Any]:
        """The status, and the JSON or the error; status 0 if the connection failed."""
        try:
            async with self._session.request(method, url, **given) as response:
                good = response.status in (200, 201)
                return response.status, await response.json() if good else await response.text()
        except (aiohttp.ClientError, OSError) as error:
            return 0, type(error).__name__
