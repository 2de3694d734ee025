"""Search in texts of any length, of which a window is in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

WINDOW = 1 << 17
"""Characters in memory at a time; more if one match needs them."""


class Text(Protocol):
    """A string, or an object that reads slices from elsewhere."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> str: ...


def is_blank(text: Text) -> bool:
    return not any(text[at : at + WINDOW].strip() for at in range(0, len(text), WINDOW))


def windowed_matches(
    pattern: re.Pattern[str], text: Text, start: int = 0, end: int | None = None, window: int = WINDOW
) -> Iterator[tuple[int, str]]:
    """The position and text of each match of `pattern` in text[start:end], like `finditer`.

    Each prefix of a match must itself match, and a match may depend on nothing beyond the character
    after it. So only the last match in a window may differ from the one in the whole text.
    """
    end = len(text) if end is None else end
    width = window
    while start < end:
        part = text[start : min(start + width, end)]
        found, searched = [*pattern.finditer(part)], len(part)
        if found and start + searched < end:
            searched = found.pop().start()  # the last match may go on in the next window
        yield from ((start + match.start(), match.group()) for match in found)
        width = window if searched else 2 * width
        start += searched
