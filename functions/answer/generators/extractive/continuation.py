"""The rest of a list or a numbered part that a chunk's border cuts, if the next chunk was found too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from functions.answer.generators.extractive.candidate import Candidate
from functions.answer.matching.corpus import Source

Rest = Callable[[Source, int], range]
"""Given a passage and a sentence of it: the sentences from there that belong to what is quoted."""
MAX_GAP = 8
"""Characters between two chunks that follow each other: they are white space."""


def with_continuation(
    candidate: Candidate, sources: Sequence[Source], rest: Rest
) -> Iterator[Candidate]:
    """The candidate and what its passage lacks of the same, passage by passage."""
    yield candidate
    if candidate.parts[-1].stop < len(candidate.source.spans):
        return
    end = candidate.source.passage.end
    for number, source in enumerate(sources, 1):
        if _follows(source, candidate.source) and (quoted := rest(source, _first_from(source, end))):
            parts = tuple(range(one, one + 1) for one in quoted)
            more = replace(candidate, number=number, source=source, index=quoted.start, parts=parts)
            yield from with_continuation(more, sources, rest)
            return


def rest_of_list(source: Source, first: int) -> range:
    items = source.lists.get(first)
    return range(first, items.stop if items and not source.introduces(first) else first)


def _follows(source: Source, before: Source) -> bool:
    """Whether no text is missing between the two. One that ends no later has no rest."""
    one, other = before.passage, source.passage
    same = (one.document, one.version) == (other.document, other.version)
    return same and other.start <= one.end + MAX_GAP


def _first_from(source: Source, start: int) -> int:
    """The first sentence that begins at `start` of the document or behind it."""
    starts = (source.passage.start + first for first, _ in source.spans)
    return next((at for at, one in enumerate(starts) if one >= start), len(source.spans))
