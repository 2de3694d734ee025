"""Where events of ours go that nobody asked for in a request: the broker, by `$K_SINK`."""

from __future__ import annotations

from dataclasses import dataclass

from footnote import http
from footnote.errors import Unavailable
from footnote.events import CloudEvent, to_http

TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Sink:
    url: str

    async def send(self, event: CloudEvent) -> None:
        """Raises Unavailable unless the event was taken; the same event may be sent again."""
        import aiohttp

        headers, body = to_http(event)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        try:
            async with http.session().post(
                self.url, headers=headers, data=body, timeout=timeout
            ) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable(f"{self.url} took no event: {error or 'no answer'}.") from None
        if status >= 300:
            raise Unavailable(f"{self.url} took no event: it answered {status}.")
