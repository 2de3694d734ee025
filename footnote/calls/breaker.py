"""A circuit breaker: what has just failed several times is left alone for a moment."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from types import TracebackType

from footnote.errors import DeadlinePassed, Declined, Unavailable


class Breaker:
    """`with breaker:` around each use of one dependency.

    After `failures` uses in a row that ended in Unavailable, further ones are refused at once, for
    `pause` to twice `pause` seconds. Then one is let through: if it works, all are. What was Declined
    was answered.
    """

    def __init__(
        self,
        name: str,
        failures: int = 5,
        pause: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.limit = failures
        self.pause = pause
        self.clock = clock
        self.failed = 0
        self.cause = ""
        self.rests_until = 0.0

    def __enter__(self) -> None:
        if self.failed < self.limit:
            return
        wait = self.rests_until - self.clock()
        if wait > 0:
            raise Unavailable(
                f"{self.name} keeps failing and is given a pause. The last failure: {self.cause}",
                retry_after=wait,
            )
        self._pause()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if isinstance(error, DeadlinePassed):
            return
        if isinstance(error, Unavailable) and not isinstance(error, Declined):
            self.failed += 1
            self.cause = error.message
            self._pause()
        elif error is None or isinstance(error, Exception):
            self.failed = 0

    def _pause(self) -> None:
        self.rests_until = self.clock() + random.uniform(self.pause, 2 * self.pause)
