"""Delivery of events over HTTP with the retry rules of Knative."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from footnote.errors import FootnoteError, error_message, retry_after_seconds
from footnote.events import CloudEvent, parse, to_http

if TYPE_CHECKING:
    import aiohttp

RETRIES = 10
BACKOFF = 0.2
"""Seconds before the first retry, doubled before each further one."""
TIMEOUT = 900
"""Seconds for one attempt."""
NO_ANSWER = -1
"""Stands for the status when there was no response, as in Knative."""


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The response to an event, or NO_ANSWER and the error as the body."""

    status: int
    body: bytes
    reply: CloudEvent | None = None
    retry_after: float = 0
    """Seconds to wait before the next attempt, as the receiver asked."""

    @property
    def delivered(self) -> bool:
        return 200 <= self.status < 300

    @property
    def retryable(self) -> bool:
        return self.status in {NO_ANSWER, 404, 408, 409, 429} or self.status >= 500

    @property
    def reason(self) -> str:
        return error_message(self.body) or f"answered {self.status}"


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Delivers events to the URL `destination`; `slots` bounds the concurrent requests."""

    destination: str
    session: aiohttp.ClientSession
    slots: asyncio.Semaphore
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def deliver(
        self, event: CloudEvent, before_attempt: Callable[[], None] = lambda: None
    ) -> DeliveryResult:
        """Send the event until it is accepted or refused permanently, with at most RETRIES retries.

        Calls `before_attempt` right before each attempt.
        """
        for attempt in range(RETRIES + 1):
            async with self.slots:
                before_attempt()
                result = await self._send(event)
            if result.delivered or not result.retryable or attempt == RETRIES:
                break
            await self.sleep(max(BACKOFF * 2**attempt, result.retry_after))
        return result

    async def _send(self, event: CloudEvent) -> DeliveryResult:
        import aiohttp

        headers, body = to_http(event)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        try:
            async with self.session.post(
                self.destination, headers=headers, data=body, timeout=timeout
            ) as response:
                return _result(response.status, response.headers, await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            return DeliveryResult(NO_ANSWER, (str(error) or "no answer").encode())


def _result(status: int, headers: Mapping[str, str], body: bytes) -> DeliveryResult:
    """Like Knative, this takes a success with a body that is not an event as a failure."""
    result = DeliveryResult(status, body, retry_after=retry_after_seconds(headers, 0))
    if not result.delivered or not body:
        return result
    try:
        return DeliveryResult(status, body, parse(headers, body)[0])
    except FootnoteError as error:
        return DeliveryResult(502, f"The reply is not an event: {error.message}".encode())
