"""A client as its author would wish it: it tries again whatever it may, and the rest is noted."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that a client may try again after; 500 only of a proxy, but the client cannot know."""
PATIENCE = 60.0
"""Seconds of trying again after which a request counts as lost."""
PAUSE = 0.2


@dataclass(slots=True)
class Tally:
    requests: int = 0
    retried: Counter[str] = field(default_factory=Counter)
    """What was seen of requests that then succeeded."""
    lost: list[str] = field(default_factory=list)
    """Requests that failed for good, and how."""


class Client:
    def __init__(self, session: aiohttp.ClientSession, tally: Tally) -> None:
        self._session = session
        self._tally = tally

    async def request(self, method: str, url: str, **given: Any) -> Any:
        """The JSON of the answer; None where there was none for good, which the tally holds."""
        self._tally.requests += 1
        deadline = time.monotonic() + PATIENCE
        while True:
            status, said = await self._once(method, url, **given)
            if status in (200, 201):
                return said
            seen = f"{method} {url.rpartition(':')[2]} {status or ''} {said}"
            if (status and status not in PASSING) or time.monotonic() > deadline:
                self._tally.lost.append(seen)
                return None
            self._tally.retried[f"{status or said}"] += 1
            await asyncio.sleep(PAUSE)

    async def _once(self, method: str, url: str, **given: Any) -> tuple[int, Any]:
        """The status, and the answer or what was wrong; status 0 where the connection failed."""
        try:
            async with self._session.request(method, url, **given) as response:
                good = response.status in (200, 201)
                return response.status, await response.json() if good else await response.text()
        except (aiohttp.ClientError, OSError) as error:
            return 0, type(error).__name__
