"""Texts of any length, looked at through a window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

WINDOW = 1 << 17
"""Characters in memory at a time, or as many as one match takes."""


class Text(Protocol):
    """A string, or what is read from elsewhere a slice at a time."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> str: ...


def is_blank(text: Text) -> bool:
    return not any(text[at : at + WINDOW].strip() for at in range(0, len(text), WINDOW))


def windowed_matches(
    pattern: re.Pattern[str], text: Text, start: int = 0, end: int | None = None, window: int = WINDOW
) -> Iterator[tuple[int, str]]:
    """Where `pattern` matches in text[start:end], and what it matches there, as `finditer` does.

    Every beginning of a match has to be one, too, and a match must depend on nothing but the character
    after it: so only the last one in a window may be another than in the whole text.
    """
    end = len(text) if end is None else end
    width = window
    while start < end:
        seen = text[start : min(start + width, end)]
        found, done = [*pattern.finditer(seen)], len(seen)
        if found and start + done < end:
            done = found.pop().start()
        yield from ((start + match.start(), match.group()) for match in found)
        width = window if done else 2 * width
        start += done
