"""A filter for listings whose client strips slashes: `docs/` is listed as `docs`, `/a.md` as `a.md`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence

from footnote.bucket import ObjectInfo
from footnote.concurrency.bounded import bounded_map

CONCURRENCY = 16
AFTER_SLASH = "0"
"""The character after the slash: keys that begin with a slash are listed before all from here on."""

KeyExists = Callable[[ObjectInfo], Awaitable[bool]]
"""Whether the object has the key that it is listed under."""


class SlashFilter:
    """Removes the objects whose key differs from the listed one, in a listing ordered by the true keys.

    Few objects have to be looked up: empty ones, such as the placeholders that many tools make for
    folders; the first ones of the listing, until one has its listed key; and before that, those that
    begin with punctuation. An object with content under `docs/` cannot be distinguished from `docs`.
    """

    def __init__(self, key_exists: KeyExists, leading: bool) -> None:
        """`leading`: whether a key in the listing may begin with a slash."""
        self._key_exists = key_exists
        self._leading = leading

    async def filter(self, batch: Sequence[ObjectInfo]) -> list[ObjectInfo]:
        """The objects of the next batch of the listing that have their listed key."""
        removed = await self._missing([info for info in batch if not info.size])
        if self._leading:
            full = [info for info in batch if info.size]
            removed |= await self._missing([info for info in full if info.key < AFTER_SLASH])
            removed |= await self._missing_first([i for i in full if i.key >= AFTER_SLASH])
        return [info for info in batch if info not in removed]

    async def _missing_first(self, infos: Sequence[ObjectInfo]) -> set[ObjectInfo]:
        """The missing ones at the beginning of `infos`; stops looking once one is not missing."""
        missing: set[ObjectInfo] = set()
        for at in range(0, len(infos), CONCURRENCY):
            some = infos[at : at + CONCURRENCY]
            found = await self._missing(some)
            missing |= found
            if len(found) < len(some):
                self._leading = False
                break
        return missing

    async def _missing(self, infos: Collection[ObjectInfo]) -> set[ObjectInfo]:
        """Those that do not exist under their listed key."""
        answers = await bounded_map(self._key_exists, infos, CONCURRENCY)
        return {info for info, present in zip(infos, answers, strict=True) if not present}
