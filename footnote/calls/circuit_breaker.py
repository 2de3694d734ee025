"""A circuit breaker: it refuses calls to a dependency that has just failed several times in a row."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from types import TracebackType

from footnote.errors import DeadlinePassed, Declined, Unavailable


class CircuitBreaker:
    """Put `with breaker:` around each use of one dependency.

    After `failure_threshold` uses in a row that ended in Unavailable, the breaker opens: further uses
    raise Unavailable at once, for `reset_timeout` to twice `reset_timeout` seconds. Then one use is let
    through; when it succeeds, the breaker closes. Declined counts as a success, since the dependency
    answered, and DeadlinePassed counts as neither.
    """

    def __init__(
        self,
        name: str,
        failure_threshold: int = 5,
        reset_timeout: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.failure_threshold = failure_threshold
        self.reset_timeout = reset_timeout
        self.clock = clock
        self.failures = 0
        self.last_failure = ""
        self.open_until = 0.0

    @property
    def is_open(self) -> bool:
        return self.failures >= self.failure_threshold

    def __enter__(self) -> None:
        if not self.is_open:
            return
        wait = self.open_until - self.clock()
        if wait > 0:
            raise Unavailable(
                f"{self.name} keeps failing, so calls are paused. The last failure: {self.last_failure}",
                retry_after=wait,
            )
        self._open()  # to all but this one use

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if isinstance(error, DeadlinePassed):
            return
        if isinstance(error, Unavailable) and not isinstance(error, Declined):
            self.failures += 1
            self.last_failure = error.message
            self._open()
        elif error is None or isinstance(error, Exception):
            self.failures = 0

    def _open(self) -> None:
        self.open_until = self.clock() + random.uniform(self.reset_timeout, 2 * self.reset_timeout)
