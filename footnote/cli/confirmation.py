"""Whether somebody hears what a broker takes: one that has no subscriber yet loses it in silence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from footnote.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Patience:
    """In seconds."""

    whole: float = 180
    """Until it is given up."""
    again: float = 15
    """Until it is told once more."""
    look: float = 1
    """Between two looks at whether it was heard."""

    async def heard(
        self, tell: Callable[[], Awaitable[object]], done: Callable[[], Awaitable[bool]]
    ) -> bool:
        """Wait until what was told is done; False where it had to be told again. Raises Unavailable.

        A look at whether it is done may take longer than either; what counts is when it began.
        """
        clock = asyncio.get_running_loop().time
        end, next_time, once = clock() + self.whole, clock() + self.again, True
        while True:
            began = clock()
            if await done():
                return once
            if began >= end:
                raise Unavailable(f"The broker takes events, but for {self.whole:g} s nobody heard one.")
            if began >= next_time:
                await tell()
                next_time, once = clock() + self.again, False
            await asyncio.sleep(self.look)
