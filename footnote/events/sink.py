"""The sink that takes events which are no reply to a request: the broker, at `$K_SINK`."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass

from footnote.calls import http
from footnote.errors import Unavailable
from footnote.events import CloudEvent, to_http

TIMEOUT = 60
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Sink:
    url: str

    @classmethod
    def from_environ(cls) -> Sink | None:
        """None without a sink."""
        url = os.environ.get("K_SINK")
        return cls(url) if url else None

    async def send(self, event: CloudEvent) -> None:
        """Raises Unavailable unless the sink accepted the event, which may then be sent again."""
        headers, body = to_http(event)
        try:
            async with asyncio.timeout(TIMEOUT):
                response = await http.connection_pool().request("POST", self.url, headers, body)
        except (OSError, ValueError) as error:
            raise Unavailable(f"{self.url} did not accept the event: {error or 'no answer'}.") from None
        if response.status >= 300:
            raise Unavailable(f"{self.url} did not accept the event: it answered {response.status}.")
