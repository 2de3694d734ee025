"""What a listing shows under a key that it has not: `docs/` as `docs`, and `/a.md` as `a.md`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from footnote.bucket import ObjectInfo

AT_ONCE = 16
AFTER_SLASH = "0"
"""The character after the slash: keys that begin with a slash are listed before all from here on."""

Asked = Callable[[ObjectInfo], Awaitable[bool]]
"""Whether the object has the key that it is listed under."""


class SlashFilter:
    """Takes such objects out of one listing, which comes in batches and in the order of the true keys.

    Few have to be asked for: those that are empty, as the placeholders are that many tools make for a
    folder; those that the listing begins with, until one is as listed; and before that, those that
    begin with punctuation. One with content under `docs/` is not told from `docs`.
    """

    def __init__(self, asked: Asked, leading: bool) -> None:
        """`leading`: whether a key in the listing may begin with a slash."""
        self._asked = asked
        self._leading = leading

    async def filter(self, batch: Sequence[ObjectInfo]) -> list[ObjectInfo]:
        other = await self._other([info for info in batch if not info.size])
        if self._leading:
            full = [info for info in batch if info.size]
            other |= await self._other([info for info in full if info.key < AFTER_SLASH])
            other |= await self._others_before_the_rest([i for i in full if i.key >= AFTER_SLASH])
        return [info for info in batch if info not in other]

    async def _others_before_the_rest(self, infos: Sequence[ObjectInfo]) -> set[ObjectInfo]:
        other: set[ObjectInfo] = set()
        for at in range(0, len(infos), AT_ONCE):
            some = infos[at : at + AT_ONCE]
            found = await self._other(some)
            other |= found
            if len(found) < len(some):
                self._leading = False
                break
        return other

    async def _other(self, infos: Collection[ObjectInfo]) -> set[ObjectInfo]:
        """Those of another key."""
        slots = asyncio.Semaphore(AT_ONCE)

        async def asked(info: ObjectInfo) -> bool:
            async with slots:
                return await self._asked(info)

        answers = await asyncio.gather(*map(asked, infos))
        return {info for info, there in zip(infos, answers, strict=True) if not there}
