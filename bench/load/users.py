"""Users who ask one question after the other, each waiting for the answer before the next.

They share the processor with what they measure. So nothing is done here but to send a request that is
ready, to see the end of its response and to look at the clock.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

import httptools

from bench.load.standin import BEGINNING

TIMEOUT = 60.0
"""Seconds a user waits for an answer before it counts as an error."""
PAUSE = 0.2
"""Seconds between an error and the next question."""


@dataclass(slots=True)
class Outcome:
    """The responses that the users got."""

    seconds: float
    """Length of the measurement."""
    latencies: list[float] = field(default_factory=list)
    """Seconds, of each answer that came within the measurement."""
    answers: int = 0
    """Those that came before and after it, too."""
    errors: Counter[str] = field(default_factory=Counter)
    """By kind, at any time."""

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.seconds + other.seconds,
            self.latencies + other.latencies,
            self.answers + other.answers,
            self.errors + other.errors,
        )

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the answers came; not a number where none did."""
        ranked = sorted(self.latencies)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else float("nan")


def requests(url: str, bodies: Iterable[Mapping[str, Any]], **headers: str) -> Iterator[bytes]:
    """A POST to the URL for each of the bodies."""
    to = urlsplit(url)
    fields = {"host": to.netloc, "content-type": "application/json", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    for body in bodies:
        encoded = json.dumps(body).encode()
        length = f"content-length: {len(encoded)}\r\n\r\n"
        yield f"POST {to.path} HTTP/1.1\r\n{head}{length}".encode() + encoded


async def run_users(
    url: str, requests: Iterator[bytes], users: int, seconds: float, ramp: float
) -> Outcome:
    """The outcome of `seconds` with all users, who start over `ramp` seconds before.

    Each sends one request after the other. Responses that are still due at the end are awaited.
    """
    begun = time.perf_counter()
    pool = UserPool(requests, Outcome(seconds), begun + ramp, begun + ramp + seconds)
    timeouts = asyncio.create_task(pool.check_timeouts())
    to = urlsplit(url)
    host, port = to.hostname or "", to.port or 80
    await asyncio.gather(*(pool.run_user(host, port, ramp * n / users) for n in range(users)))
    timeouts.cancel()
    return pool.outcome


class UserPool:
    def __init__(self, requests: Iterator[bytes], outcome: Outcome, since: float, until: float) -> None:
        self.requests = requests
        self.outcome = outcome
        self.since = since
        self.until = until
        self.users: set[User] = set()

    async def run_user(self, host: str, port: int, delay: float) -> None:
        """Send requests over one connection at a time until the end, over a new one after an error."""
        await asyncio.sleep(delay)
        loop = asyncio.get_running_loop()
        while time.perf_counter() < self.until:
            try:
                _, user = await loop.create_connection(lambda: User(self), host, port)
            except OSError as error:
                self.outcome.errors[type(error).__name__] += 1
            else:
                self.users.add(user)
                await user.disconnected
                self.users.discard(user)
            await asyncio.sleep(PAUSE)

    async def check_timeouts(self) -> None:
        while True:
            await asyncio.sleep(1)
            for user in self.users:
                user.check_timeout()


class User(asyncio.Protocol):
    """Sends one request after the other over one connection."""

    def __init__(self, pool: UserPool) -> None:
        self.pool = pool
        self.disconnected = asyncio.get_running_loop().create_future()
        self.waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._ask()

    def _ask(self) -> None:
        self.asked = time.perf_counter()
        if self.asked > self.pool.until:
            self.transport.close()
            return
        self.parser = httptools.HttpResponseParser(self)
        self.body, self.waiting = b"", True
        self.transport.write(next(self.pool.requests))

    def data_received(self, data: bytes) -> None:
        with suppress(httptools.HttpParserError):
            self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        status, now = self.parser.get_status_code(), time.perf_counter()
        if status != 200 or BEGINNING not in self.body:
            self._fail(str(status) if status != 200 else "no answer of the model")
            return
        self.waiting = False
        self.pool.outcome.answers += 1
        if self.pool.since <= now <= self.pool.until:
            self.pool.outcome.latencies.append(now - self.asked)
        asyncio.get_running_loop().call_soon(self._ask)

    def check_timeout(self) -> None:
        if self.waiting and time.perf_counter() - self.asked > TIMEOUT:
            self._fail(f"none within {TIMEOUT:.0f} s")

    def connection_lost(self, error: Exception | None) -> None:
        if self.waiting:
            self.pool.outcome.errors["connection lost"] += 1
        if not self.disconnected.done():
            self.disconnected.set_result(None)

    def _fail(self, why: str) -> None:
        """Count the error and close the connection."""
        self.waiting = False
        self.pool.outcome.errors[why] += 1
        self.transport.abort()
