"""The units in which the size of a chunk is measured: characters or wordpieces."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

from footnote.text import wordpieces
from footnote.text.chunking import Unit
from footnote.text.windows import Text

MAX_UNIT = 16
"""Characters of a unit: a longer wordpiece, such as a blob without spaces, counts as several units."""
CHARACTERS_PER_WORDPIECE = 4
"""On average, in English."""
BATCH = 10_000
"""Wordpieces that are read at a time."""


def unit_starts(text: Text, start: int, end: int, unit: Unit) -> Callable[[int, int], Sequence[int]]:
    """A function from ranges of text[start:end], given in their order, to the starts of their units."""
    return range if unit == "characters" else _Wordpieces(text, start, end)


def count(text: str, unit: Unit) -> int:
    return len(text) if unit == "characters" else sum(1 for _ in _starts(text, 0, len(text)))


def estimate(characters: int, unit: Unit) -> float:
    """The usual number of units in so many characters."""
    return characters if unit == "characters" else characters / CHARACTERS_PER_WORDPIECE


class _Wordpieces:
    """Tokenizes the text only once, and keeps few wordpieces at a time."""

    def __init__(self, text: Text, start: int, end: int) -> None:
        self._upcoming = _starts(text, start, end)
        self._buffer = array("I")

    def __call__(self, start: int, end: int) -> Sequence[int]:
        while not self._buffer or self._buffer[-1] < end:
            more = array("I", islice(self._upcoming, BATCH))
            if not more:
                break
            self._buffer = self._buffer[bisect_left(self._buffer, start) :] + more
        return self._buffer[bisect_left(self._buffer, start) : bisect_left(self._buffer, end)]


def _starts(text: Text, start: int, end: int) -> Iterator[int]:
    at = start
    for first in chain((first for first, _ in wordpieces.offsets(text, start, end)), [end]):
        yield from range(at, first, MAX_UNIT)
        at = max(at, first)
