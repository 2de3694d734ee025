"""Cutting a document into chunks: whole sentences, up to a size, with some overlap."""

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
from functions.ingest.parsers.document import Document, Heading

LONGEST_UNIT = 16
"""Characters that count as one unit at most, so that a blob without spaces has a size, too."""

MANY = 10_000
"""Wordpieces that are looked for at a time."""


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
    """The text between it and the piece before, which is white space."""
    marks: tuple[tuple[int, int, str], ...]
    """Offset, level and title of what starts after the piece before: headings, and pages of level 0."""


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    size: int


def pieces(document: Document, chunking: Chunking) -> Iterator[Piece]:
    """The document's chunks in order; together they hold every character that is not white space.

    A chunk never crosses a page. It starts anew at a heading unless it is still less than half full.
    What is put before it, its context, counts towards its size.
    """
    ordinal = before = 0
    outline = _Outline(document)
    for start, end in _sections(document, chunking):
        size = max(chunking.size - outline.room(start, end, chunking.unit), chunking.size // 2)
        spans = _spans(document.text, start, end, size, chunking.unit)
        for first, last in _packed(spans, size, chunking.overlap):
            text, context = document.text[first:last], outline.context(first)
            headings, page = outline.path(first), _page(document, first)
            gap, marks = document.text[before:first], outline.marks(before, last)
            yield Piece(ordinal, text, context, headings, page, first, last, gap, marks)
            ordinal, before = ordinal + 1, last


def _sections(document: Document, chunking: Chunking) -> Iterator[tuple[int, int]]:
    """Parts that share no chunk: pages, and runs of headed paragraphs of at least half a chunk."""
    pages = set(document.pages)
    headings = {heading.offset: heading.level for heading in document.headings}
    start = 0
    for cut in sorted({*pages, *headings} - {0}):
        full = _about(cut - start, chunking.unit) >= chunking.size / 2
        if cut in pages or full or (headings.get(cut) == 1 and start in headings):
            yield start, cut
            start = cut
    yield start, len(document.text)


def _about(characters: int, unit: str) -> float:
    return characters if unit == "characters" else characters / 4


def _spans(text: Text, start: int, end: int, size: int, unit: str) -> Iterator[_Span]:
    """The sentences of text[start:end], those of more than `size` units cut to that size."""
    units = range if unit == "characters" else _Wordpieces(text, start, end)
    for first, last in sentences(text, start, end):
        starts = units(first, last)
        cuts = [first, *starts[size::size], last]
        for left, right in pairwise(cuts):
            count = bisect_left(starts, right) - bisect_left(starts, left)
            if span := _trimmed(text, left, right):
                yield _Span(*span, max(1, count))


class _Wordpieces:
    """Where each wordpiece of a part of a text starts, looked at once and in order.

    One of more than LONGEST_UNIT characters counts as several.
    """

    def __init__(self, text: Text, start: int, end: int) -> None:
        self._coming = _starts(text, start, end)
        self._known = array("I")

    def __call__(self, start: int, end: int) -> Sequence[int]:
        while not self._known or self._known[-1] < end:
            more = array("I", islice(self._coming, MANY))
            if not more:
                break
            self._known = self._known[bisect_left(self._known, start) :] + more
        return self._known[bisect_left(self._known, start) : bisect_left(self._known, end)]


def _starts(text: Text, start: int, end: int) -> Iterator[int]:
    at = start
    for first in chain((first for first, _ in wordpieces.offsets(text, start, end)), [end]):
        yield from range(at, first, LONGEST_UNIT)
        at = max(at, first)


def _count(text: str, unit: str) -> int:
    return len(text) if unit == "characters" else sum(1 for _ in _starts(text, 0, len(text)))


def _trimmed(text: Text, start: int, end: int) -> tuple[int, int] | None:
    part = text[start:end]
    stripped = part.strip()
    if not stripped:
        return None
    start += len(part) - len(part.lstrip())
    return start, start + len(stripped)


def _packed(spans: Iterator[_Span], size: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Runs of spans of at most `size` units, each beginning with up to `overlap` of the run before.

    White space between spans has no size: what ends it is that a run is as long as its units can be.
    """
    run: list[_Span] = []
    for span in spans:
        first = span.end - size * LONGEST_UNIT
        if run and (_size(run) + span.size > size or run[0].start < first):
            yield run[0].start, run[-1].end
            run = _tail(run, min(overlap, size - span.size))
            run = [before for before in run if before.start >= first]
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
    """What stands over each part of a document: its place in the bucket, its title, its headings."""

    def __init__(self, document: Document) -> None:
        self._head = (*_unsaid(document), document.title)
        self._offsets = [heading.offset for heading in document.headings]
        self._paths = _paths(document.headings)
        self._marks = sorted(
            [(offset, 0, "") for offset in document.pages]
            + [(heading.offset, heading.level, heading.title) for heading in document.headings]
        )

    def path(self, offset: int) -> tuple[str, ...]:
        """Titles of the headings that stand over the character at `offset`, the top one first."""
        return self._paths[bisect_right(self._offsets, offset)]

    def context(self, offset: int) -> str:
        return " > ".join(dict.fromkeys((*self._head, *self.path(offset))))

    def marks(self, start: int, end: int) -> tuple[tuple[int, int, str], ...]:
        """Of the headings and pages that start there."""
        first, last = (bisect_left(self._marks, at, key=itemgetter(0)) for at in (start, end))
        return tuple(self._marks[first:last])

    def room(self, start: int, end: int, unit: str) -> int:
        """Units that a context needs between `start` and `end`, about."""
        return max(_count(self.context(offset), unit) for offset in (start, end - 1))


def _unsaid(document: Document) -> Iterator[str]:
    """The breadcrumbs that say more than the title does."""
    said = _words(document.title)
    return (crumb for crumb in document.breadcrumbs if not _words(crumb) <= said)


def _words(text: str) -> set[str]:
    return set(re.split(r"[\W_]+", text.lower()))


def _paths(headings: Sequence[Heading]) -> list[tuple[str, ...]]:
    """At N, the titles of the headings in force after the first N, the top one first."""
    path: list[Heading] = []
    paths: list[tuple[str, ...]] = [()]
    for heading in headings:
        path = [above for above in path if above.level < heading.level] + [heading]
        paths.append(tuple(above.title for above in path))
    return paths


def _page(document: Document, offset: int) -> int | None:
    return bisect_right(document.pages, offset) if document.pages else None
