"""Splits a document into chunks: whole sentences, up to a size, with some overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from footnote.text.chunking import Chunking, Unit
from footnote.text.sentences import sentences
from footnote.text.windows import Text
from functions.ingest import units
from functions.ingest.outline import Outline
from functions.ingest.parsers.document import Document
from functions.ingest.piece import Piece
from functions.ingest.units import MAX_UNIT


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
    outline = Outline(document)
    for start, end in _sections(document, chunking):
        size = _text_size(outline, start, end, chunking)
        spans = _spans(document.text, start, end, size, chunking.unit)
        for first, last in _pack(spans, size, chunking.overlap):
            headings = outline.path(first)
            yield Piece(
                ordinal=ordinal,
                text=document.text[first:last],
                context=outline.context(headings),
                headings=headings,
                page=outline.page(first),
                start=first,
                end=last,
                gap=document.text[previous_end:first],
                marks=outline.marks(previous_end, last),
            )
            ordinal, previous_end = ordinal + 1, last


def _sections(document: Document, chunking: Chunking) -> Iterator[tuple[int, int]]:
    """Ranges that share no chunk: pages, and runs of headed sections that fill at least half a chunk."""
    pages = set(document.pages)
    headings = {heading.offset: heading.level for heading in document.headings}
    start = 0
    for cut in sorted({*pages, *headings} - {0}):
        half_full = units.estimate(cut - start, chunking.unit) >= chunking.size / 2
        if cut in pages or half_full or (headings.get(cut) == 1 and start in headings):
            yield start, cut
            start = cut
    yield start, len(document.text)


def _text_size(outline: Outline, start: int, end: int, chunking: Chunking) -> int:
    """Units of a chunk that its context leaves to its text, estimated from both ends of the range."""
    contexts = (outline.context(outline.path(offset)) for offset in (start, end - 1))
    context_size = max(units.count(context, chunking.unit) for context in contexts)
    return max(chunking.size - context_size, chunking.size // 2)


def _spans(text: Text, start: int, end: int, size: int, unit: Unit) -> Iterator[_Span]:
    """The sentences of text[start:end]; those of more than `size` units are divided."""
    unit_starts = units.unit_starts(text, start, end, unit)
    for first, last in sentences(text, start, end):
        starts = unit_starts(first, last)
        cuts = [first, *starts[size::size], last]
        for left, right in pairwise(cuts):
            count = bisect_left(starts, right) - bisect_left(starts, left)
            if span := _strip(text, left, right):
                yield _Span(*span, max(1, count))


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
