"""Splits a document into chunks: whole sentences, up to a size, with some overlap."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from operator import itemgetter

from footnote.text import wordpieces
from footnote.text.chunking import Chunking
from footnote.text.sentences import sentences
from footnote.text.windows import Text
from functions.ingest.lists import introduction
from functions.ingest.parsers.document import Document, Heading

MAX_UNIT = 16
"""Characters of a unit: a longer wordpiece, such as a blob without spaces, counts as several units."""

BATCH = 10_000
"""Wordpieces that are read at a time."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk before it has a vector: text == document.text[start:end]."""

    ordinal: int
    text: str
    context: str
    headings: tuple[str, ...]
    page: int | None
    start: int
    end: int
    gap: str
    """The white space between the previous piece and this one."""
    marks: tuple[tuple[int, int, str], ...]
    """Offset, level and title of headings after the previous piece, and of pages, whose level is 0."""


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    size: int
    """In units."""


def pieces(document: Document, chunking: Chunking) -> Iterator[Piece]:
    """The document's chunks in order. Together they hold every character that is not white space.

    A chunk never crosses a page. A heading starts a new chunk, unless the current one is less than half
    full. The context, which is embedded with the text, counts towards the size.
    """
    ordinal = previous_end = 0
    outline = _Outline(document)
    for start, end in _sections(document, chunking):
        size = max(chunking.size - outline.context_size(start, end, chunking.unit), chunking.size // 2)
        spans = _spans(document.text, start, end, size, chunking.unit)
        for first, last in _pack(spans, size, chunking.overlap):
            text, page = document.text[first:last], _page(document, first)
            headings = outline.path(first)
            context = outline.context(headings)
            gap, marks = document.text[previous_end:first], outline.marks(previous_end, last)
            yield Piece(ordinal, text, context, headings, page, first, last, gap, marks)
            ordinal, previous_end = ordinal + 1, last


def _sections(document: Document, chunking: Chunking) -> Iterator[tuple[int, int]]:
    """Ranges that share no chunk: pages, and runs of headed sections that fill at least half a chunk."""
    pages = set(document.pages)
    headings = {heading.offset: heading.level for heading in document.headings}
    start = 0
    for cut in sorted({*pages, *headings} - {0}):
        half_full = _estimated_units(cut - start, chunking.unit) >= chunking.size / 2
        if cut in pages or half_full or (headings.get(cut) == 1 and start in headings):
            yield start, cut
            start = cut
    yield start, len(document.text)


def _estimated_units(characters: int, unit: str) -> float:
    return characters if unit == "characters" else characters / 4


def _spans(text: Text, start: int, end: int, size: int, unit: str) -> Iterator[_Span]:
    """The sentences of text[start:end]; those of more than `size` units are divided."""
    units = range if unit == "characters" else _Wordpieces(text, start, end)
    for first, last in sentences(text, start, end):
        starts = units(first, last)
        cuts = [first, *starts[size::size], last]
        for left, right in pairwise(cuts):
            count = bisect_left(starts, right) - bisect_left(starts, left)
            if span := _strip(text, left, right):
                yield _Span(*span, max(1, count))


class _Wordpieces:
    """The starts of a text's wordpieces, for ranges that are requested in order.

    The text is tokenized only once. A wordpiece of more than MAX_UNIT characters counts as several.
    """

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


def _count(text: str, unit: str) -> int:
    return len(text) if unit == "characters" else sum(1 for _ in _starts(text, 0, len(text)))


def _strip(text: Text, start: int, end: int) -> tuple[int, int] | None:
    """The range without white space at its ends; None if nothing is left."""
    part = text[start:end]
    stripped = part.strip()
    if not stripped:
        return None
    start += len(part) - len(part.lstrip())
    return start, start + len(stripped)


def _pack(spans: Iterator[_Span], size: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Runs of spans of at most `size` units. Each starts with up to `overlap` units of the previous run.

    White space between spans has no size, so a run is also limited to the characters of `size` units.
    """
    run: list[_Span] = []
    for span in spans:
        earliest = span.end - size * MAX_UNIT
        if run and (_size(run) + span.size > size or run[0].start < earliest):
            yield run[0].start, run[-1].end
            run = _tail(run, min(overlap, size - span.size))
            run = [kept for kept in run if kept.start >= earliest]
        run.append(span)
    if run:
        yield run[0].start, run[-1].end


def _size(run: list[_Span]) -> int:
    return sum(span.size for span in run)


def _tail(run: list[_Span], size: int) -> list[_Span]:
    at = len(run)
    while at > 1 and _size(run[at - 1 :]) <= size:
        at -= 1
    return run[at:]


class _Outline:
    """The context of each part of a document: its breadcrumbs, its title, the headings above it."""

    def __init__(self, document: Document) -> None:
        self._prefix = (*_informative_breadcrumbs(document), document.title)
        self._text = document.text
        self._offsets = [heading.offset for heading in document.headings]
        self._paths = _paths(document.headings)
        self._marks = sorted(
            [(offset, 0, "") for offset in document.pages]
            + [(heading.offset, heading.level, heading.title) for heading in document.headings]
        )

    def path(self, offset: int) -> tuple[str, ...]:
        """Titles of the headings above the character at `offset`, the top one first, and what introduces
        the list if an item begins there."""
        above = self._paths[bisect_right(self._offsets, offset)]
        introduced = introduction(self._text, offset)
        return (*above, introduced) if introduced else above

    def context(self, path: tuple[str, ...]) -> str:
        return " > ".join(dict.fromkeys((*self._prefix, *path)))

    def marks(self, start: int, end: int) -> tuple[tuple[int, int, str], ...]:
        """The headings and pages that start in the range."""
        first, last = (bisect_left(self._marks, at, key=itemgetter(0)) for at in (start, end))
        return tuple(self._marks[first:last])

    def context_size(self, start: int, end: int, unit: str) -> int:
        """Units of the context in the range, estimated from its ends."""
        return max(_count(self.context(self.path(offset)), unit) for offset in (start, end - 1))


def _informative_breadcrumbs(document: Document) -> Iterator[str]:
    """The breadcrumbs with words that are not in the title."""
    title_words = _words(document.title)
    return (crumb for crumb in document.breadcrumbs if not _words(crumb) <= title_words)


def _words(text: str) -> set[str]:
    return set(re.split(r"[\W_]+", text.lower()))


def _paths(headings: Sequence[Heading]) -> list[tuple[str, ...]]:
    """At index N, the heading path after the first N headings, from the top."""
    path: list[Heading] = []
    paths: list[tuple[str, ...]] = [()]
    for heading in headings:
        path = [above for above in path if above.level < heading.level] + [heading]
        paths.append(tuple(above.title for above in path))
    return paths


def _page(document: Document, offset: int) -> int | None:
    return bisect_right(document.pages, offset) if document.pages else None
