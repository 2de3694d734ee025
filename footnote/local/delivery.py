"""Delivery of an event by HTTP under Knative's rules: what is tried again, and what is not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from footnote.errors import FootnoteError, message_of, seconds_to_wait
from footnote.events import CloudEvent, parse, to_http

if TYPE_CHECKING:
    import aiohttp

RETRIES = 10
BACKOFF = 0.2
"""Seconds before the first retry; each further one waits twice as long."""
TIMEOUT = 900
"""Seconds for one attempt."""
NO_ANSWER = -1
"""In place of a status, as Knative counts it."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    reply: CloudEvent | None = None
    retry_after: float = 0
    """Seconds that the receiver asked to be left alone."""

    @property
    def delivered(self) -> bool:
        return 200 <= self.status < 300

    @property
    def passing(self) -> bool:
        """Whether the same event may be taken later."""
        return self.status in {NO_ANSWER, 404, 408, 409, 429} or self.status >= 500

    @property
    def reason(self) -> str:
        return message_of(self.body) or f"answered {self.status}"


@dataclass(frozen=True, slots=True)
class Courier:
    """Delivers events to `destination`, at most as many at a time as `slots` has."""

    destination: str
    session: aiohttp.ClientSession
    slots: asyncio.Semaphore
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def deliver(self, event: CloudEvent, sending: Callable[[], None] = lambda: None) -> Answer:
        """Send until the event is taken, refused for good, or was tried RETRIES times more.

        Calls `sending` right before each attempt.
        """
        for attempt in range(RETRIES + 1):
            async with self.slots:
                sending()
                answer = await self._send(event)
            if answer.delivered or not answer.passing or attempt == RETRIES:
                break
            await self.sleep(max(BACKOFF * 2**attempt, answer.retry_after))
        return answer

    async def _send(self, event: CloudEvent) -> Answer:
        import aiohttp

        headers, body = to_http(event)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        try:
            async with self.session.post(
                self.destination, headers=headers, data=body, timeout=timeout
            ) as response:
                return _answer(response.status, response.headers, await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            return Answer(NO_ANSWER, (str(error) or "no answer").encode())


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """A success whose body is no event counts as a failure, as it does for Knative."""
    answer = Answer(status, body, retry_after=seconds_to_wait(headers, 0))
    if not answer.delivered or not body:
        return answer
    try:
        return Answer(status, body, parse(headers, body)[0])
    except FootnoteError as error:
        return Answer(502, f"The reply is no event: {error.message}".encode())
