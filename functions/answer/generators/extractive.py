"""Answers without a model: the sentences of the passages that come nearest to the question."""

from __future__ import annotations

import heapq
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from footnote.contracts import Passage, Usage
from footnote.text.sentences import ITEM
from functions.answer.checking.evidence import Evidence, Source
from functions.answer.generators.answer_type import expectation
from functions.answer.generators.prompt import data
from functions.answer.matching.sentence import Sentence

SENTENCES = 2
CANDIDATES = 10
"""With the highest scores, of which those are picked; the others are too far off."""
LONGEST = 600
"""Characters of what does not end as a sentence does; beyond, it is no prose."""
ROOT = 5
"""Letters that related words have in common, such as method and methodist."""

# Fitted to the questions of one half of XQuAD's articles, checked on the other.
PHRASE = 0.15
RELATED = 0.15
PREVIOUS = 0.25
PASSAGE = 0.75
EXPECTED = 0.2
SAME_DOCUMENT = 0.05
STATEMENT = 0.3
"""For a sentence that ends as one."""
NOTHING = 3
"""Against a question, and against what holds the words of the question and no others."""

_ASKS = re.compile(r"[?？][\"'”’)\]]*$")
_ENDED = re.compile(r"[.!?…。！？][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    number: int
    """Of its passage."""
    source: Source
    at: int
    """Which of the passage's sentences it is."""
    score: float

    @property
    def text(self) -> str:
        start, end = self.source.ranges[self.at]
        return self.source.passage.text[start:end]


class Extractive:
    model = "extractive"

    async def generate(
        self, question: str, passages: Sequence[Passage], *, stream: bool
    ) -> AsyncGenerator[str | Usage, None]:
        chosen = pick(question, passages)
        for candidate, following in zip_longest(chosen, chosen[1:]):
            line = _line(candidate.text)
            apart = not _ENDED.search(line) or (following and ITEM.match(following.text))
            yield f"{line} [{candidate.number}]" + ("\n" if apart else " ")
        yield Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0)


def pick(question: str, passages: Sequence[Passage]) -> list[Candidate]:
    """The sentences that answer best, those of one passage in the order in which they stand there.

    Each is taken once, also where passages overlap and documents are copies. After the best, none that
    its own passage does not bear out: a heading by itself says nothing.
    """
    ranking = Ranking(question, passages)
    distinct = {_line(one.text): one for one in sorted(ranking, key=lambda one: one.score)}
    left = heapq.nlargest(CANDIDATES, distinct.values(), key=lambda one: one.score)
    chosen: list[Candidate] = []
    while left and len(chosen) < SENTENCES:
        best = max(left, key=lambda one: one.score + _bonus(one, chosen))
        left.remove(best)
        if not chosen or ranking.evidence.stands(best.source, best.at):
            chosen.append(best)
    order = list(dict.fromkeys(one.number for one in chosen))
    return sorted(chosen, key=lambda one: (order.index(one.number), one.at))


def _bonus(candidate: Candidate, chosen: Sequence[Candidate]) -> float:
    """Sentences of one document are easier to follow."""
    documents = {one.source.passage.document for one in chosen}
    return SAME_DOCUMENT * (candidate.source.passage.document in documents)


class Ranking:
    """Every sentence of the passages with its score."""

    def __init__(self, question: str, passages: Sequence[Passage]) -> None:
        self.evidence = Evidence(passages, question)
        self.question = self.evidence.question
        self.expects = expectation(question)
        self.top = max((passage.score for passage in passages), default=0) or 1

    def __iter__(self) -> Iterator[Candidate]:
        for number, source in enumerate(self.evidence.sources, 1):
            for at, (start, end) in enumerate(source.ranges):
                if end - start <= LONGEST or source.sentences[at].stated:
                    yield Candidate(number, source, at, self._score(source, at))

    def _score(self, source: Source, at: int) -> float:
        sentence, share = source.sentences[at], self.evidence.share
        before = source.sentences[at - 1].terms if at else frozenset[str]()
        start, end = source.ranges[at]
        text = source.passage.text[start:end]
        return (
            share(sentence.terms)
            + PHRASE * self.evidence.phrases(sentence)
            + RELATED * share(self._related(sentence))
            + PREVIOUS * share(before - sentence.terms)
            + PASSAGE * source.passage.score / self.top
            + EXPECTED * self.expects(text, sentence, self.question)
            + self._form(text, sentence)
        )

    def _form(self, text: str, sentence: Sentence) -> float:
        if _ASKS.search(text) or sentence.terms <= self.question.terms:
            return -NOTHING
        return STATEMENT if sentence.stated else 0

    def _related(self, sentence: Sentence) -> Iterator[str]:
        """Terms of the question that the sentence has only in another form."""
        roots = {term[:ROOT] for term in sentence.terms if len(term) >= ROOT}
        asked = (term for term in self.evidence.asked_terms if term not in sentence.terms)
        return (term for term in asked if term[:ROOT] in roots)


def _line(text: str) -> str:
    """On one line, and without what would be taken for a marker of ours."""
    return re.sub(r"\s+", " ", data(text))
