"""How many texts embed gets in one call: as many as its model embeds within a few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from footnote.errors import Unavailable

START, MOST = 16, 256
"""Texts."""
FAST, SLOW = 2.0, 5.0
"""Seconds of a call."""


class Pace:
    """Calls double when one was fast, and halve when one was slow or failed.

    A model on a laptop may embed two texts a second, an endpoint with many processors a thousand. Of the
    first, calls of the second's size would each end at a timeout, and questions would wait behind them.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.size = START
        self._clock = clock

    @contextmanager
    def call(self, texts: int) -> Iterator[None]:
        """Put `with pace.call(texts):` around each call."""
        began = self._clock()
        try:
            yield
        except Unavailable:
            self._slow_down(texts)
            raise
        seconds = self._clock() - began
        if seconds > SLOW:
            self._slow_down(texts)
        elif seconds < FAST:
            self.size = min(max(self.size, 2 * texts), MOST)

    def _slow_down(self, texts: int) -> None:
        self.size = max(1, min(self.size, texts // 2))
