"""An event loop for tests of what takes time."""

from __future__ import annotations

import asyncio
import selectors


class Clockwork(asyncio.SelectorEventLoop):
    """Its time passes while nobody has anything to do, and none is spent on that."""

    def __init__(self) -> None:
        super().__init__(self.Selector(self))
        self.now = 0.0

    def time(self) -> float:
        return self.now

    class Selector(selectors.SelectSelector):
        def __init__(self, clock: Clockwork) -> None:
            super().__init__()
            self.clock = clock

        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            self.clock.now += timeout or 0
            return super().select(0)
