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

PATIENCE = 60.0
"""Seconds a user waits for an answer before it counts as an error."""
PAUSE = 0.2
"""Seconds between an error and the next question."""


@dataclass(slots=True)
class Heard:
    """What the users got."""

    seconds: float
    """How long it was listened to."""
    waits: list[float] = field(default_factory=list)
    """Seconds that each answer took which came in that time."""
    answers: int = 0
    """That came at any time."""
    errors: Counter[str] = field(default_factory=Counter)
    """Whatever was no answer, at any time."""

    def __add__(self, other: Heard) -> Heard:
        return Heard(
            self.seconds + other.seconds,
            self.waits + other.waits,
            self.answers + other.answers,
            self.errors + other.errors,
        )

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the answers came; not a number where none did."""
        ranked = sorted(self.waits)
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


async def ask(url: str, requests: Iterator[bytes], users: int, seconds: float, ramp: float) -> Heard:
    """What the users get in `seconds`; before that they begin, over `ramp` seconds.

    Each sends the next of the requests, again and again. Whoever still waits at the end is waited for.
    """
    begun = time.perf_counter()
    crowd = Crowd(requests, Heard(seconds), begun + ramp, begun + ramp + seconds)
    impatience = asyncio.create_task(crowd.lose_patience())
    to = urlsplit(url)
    host, port = to.hostname or "", to.port or 80
    await asyncio.gather(*(crowd.live(host, port, ramp * n / users) for n in range(users)))
    impatience.cancel()
    return crowd.heard


class Crowd:
    def __init__(self, requests: Iterator[bytes], heard: Heard, since: float, until: float) -> None:
        self.requests = requests
        self.heard = heard
        self.since = since
        self.until = until
        self.users: set[User] = set()

    async def live(self, host: str, port: int, delay: float) -> None:
        """The life of one user, who takes another connection when one breaks."""
        await asyncio.sleep(delay)
        loop = asyncio.get_running_loop()
        while time.perf_counter() < self.until:
            try:
                _, user = await loop.create_connection(lambda: User(self), host, port)
            except OSError as error:
                self.heard.errors[type(error).__name__] += 1
            else:
                self.users.add(user)
                await user.gone
                self.users.discard(user)
            await asyncio.sleep(PAUSE)

    async def lose_patience(self) -> None:
        while True:
            await asyncio.sleep(1)
            for user in self.users:
                user.lose_patience()


class User(asyncio.Protocol):
    """One who asks over one connection."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.gone = asyncio.get_running_loop().create_future()
        self.waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._ask()

    def _ask(self) -> None:
        self.asked = time.perf_counter()
        if self.asked > self.crowd.until:
            self.transport.close()
            return
        self.parser = httptools.HttpResponseParser(self)
        self.body, self.waiting = b"", True
        self.transport.write(next(self.crowd.requests))

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
        self.crowd.heard.answers += 1
        if self.crowd.since <= now <= self.crowd.until:
            self.crowd.heard.waits.append(now - self.asked)
        asyncio.get_running_loop().call_soon(self._ask)

    def lose_patience(self) -> None:
        if self.waiting and time.perf_counter() - self.asked > PATIENCE:
            self._fail(f"none within {PATIENCE:.0f} s")

    def connection_lost(self, error: Exception | None) -> None:
        if self.waiting:
            self.crowd.heard.errors["connection lost"] += 1
        if not self.gone.done():
            self.gone.set_result(None)

    def _fail(self, why: str) -> None:
        """A user who did not get an answer hangs up, and comes back after a pause."""
        self.waiting = False
        self.crowd.heard.errors[why] += 1
        self.transport.abort()
