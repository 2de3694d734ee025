"""Answers without a chat model: the sentences of the passages that match the question best."""

from __future__ import annotations

import heapq
import re
from collections.abc import AsyncGenerator, Iterable, Sequence
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from footnote.contracts import Passage, Usage
from functions.answer.generators.extractive.candidate import Candidate
from functions.answer.generators.extractive.continuation import rest_of_list, with_continuation
from functions.answer.generators.extractive.ranking import Ranking
from functions.answer.generators.prompt import neutralize
from functions.answer.generators.usage import NO_USAGE
from functions.answer.matching.corpus import Source
from functions.answer.matching.lists import is_introduction, is_item
from functions.answer.question.framing import without_frame

if TYPE_CHECKING:
    from functions.answer.matching.parts import Part

MAX_SENTENCES = 2
CANDIDATES = 10
"""The sentences with the highest scores, from which the answer is selected."""
SAME_DOCUMENT = 0.05
"""Sentences of one document are easier to follow."""

_SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”’)\]]*$")


class Extractive:
    model = "extractive"

    async def generate(
        self, question: str, passages: Sequence[Passage], *, stream: bool
    ) -> AsyncGenerator[str | Usage, None]:
        lines = list(_lines(select(question, passages)))
        for (number, line), (_, following) in zip_longest(lines, lines[1:], fillvalue=(0, "")):
            introduces = is_introduction(line) and is_item(following)
            breaks = not _SENTENCE_END.search(line) or is_item(following)
            yield line + ("" if introduces else f" [{number}]") + ("\n" if breaks else " ")
        yield NO_USAGE


def select(question: str, passages: Sequence[Passage]) -> list[Candidate]:
    """The best sentences to answer with; those of one passage are in its order.

    The same sentence is taken once, also from passages that overlap and from copies of a document.
    """
    question = without_frame(question)
    ranking = Ranking(question, passages)
    sources = ranking.corpus.sources
    if part := ranking.corpus.part(question):
        return _whole(part, sources)
    distinct = {_one_line(one.text): one for one in sorted(ranking, key=lambda one: one.score)}
    ranked = heapq.nlargest(CANDIDATES, distinct.values(), key=lambda one: one.score)
    if not ranked:
        return []
    best, *others = ranked
    others.sort(key=lambda one: -one.score - SAME_DOCUMENT * _same_document(one, best))
    added = islice((one for one in others if ranking.adds(one, best)), MAX_SENTENCES - 1)
    selected = sorted([best, *added], key=lambda one: (one.number != best.number, one.index))
    return [whole for one in selected for whole in _whole_list(one, sources)]


def _whole_list(one: Candidate, sources: Sequence[Source]) -> Iterable[Candidate]:
    return with_continuation(one, sources, rest_of_list) if one.is_list else [one]


def _whole(part: Part, sources: Sequence[Source]) -> list[Candidate]:
    """All of the part but the headings at its start."""
    body = next(filter(part.source.is_body, part.sentences), None)
    first = part.sentences.start if body is None else body
    lines = tuple(range(one, one + 1) for one in range(first, part.sentences.stop))
    whole = Candidate(part.number, part.source, first, lines, 0)
    found, *rest = with_continuation(whole, sources, part.rest)
    return rest if body is None and rest else [found, *rest]


def _same_document(one: Candidate, other: Candidate) -> bool:
    return one.source.passage.document == other.source.passage.document


def _lines(selected: Sequence[Candidate]) -> Iterable[tuple[int, str]]:
    """The number of its passage and each line, once."""
    numbers = dict[str, int]()
    for one in selected:
        for line in one.lines:
            numbers.setdefault(_one_line(line), one.number)
    return ((number, line) for line, number in numbers.items())


def _one_line(text: str) -> str:
    """The text on one line, without anything that would read as a marker of the answer."""
    return re.sub(r"\s+", " ", neutralize(text))
