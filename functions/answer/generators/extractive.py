"""Answers without a model: the sentences of the passages that come nearest to the question."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass

from footnote.contracts import Passage, Usage
from functions.answer.checking.evidence import Evidence, Source
from functions.answer.checking.sentence import Sentence
from functions.answer.generators.expectation import expectation
from functions.answer.generators.prompt import data

SENTENCES = 2
LONGEST = 600
"""Characters of one sentence; what goes beyond is no prose."""

# Chosen on one half of the questions of XQuAD, checked on the other.
PHRASE = 0.2
NEIGHBOUR = 0.1
PASSAGE = 0.5
EXPECTED = 0.2
SAME_DOCUMENT = 0.05
ADJACENT = 0.05
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

    @property
    def place(self) -> tuple[str, int]:
        """The same for the same sentence, also where passages overlap."""
        return self.source.passage.document, self.source.passage.start + self.source.ranges[self.at][0]


class Extractive:
    model = "extractive"

    async def generate(
        self, question: str, passages: Sequence[Passage], *, stream: bool
    ) -> AsyncGenerator[str | Usage, None]:
        for candidate in pick(question, passages):
            line = _line(candidate.text)
            yield f"{line} [{candidate.number}]" + (" " if _ENDED.search(line) else "\n")
        yield Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0)


def pick(question: str, passages: Sequence[Passage]) -> list[Candidate]:
    """The sentences that answer best, those of one passage in the order in which they stand there."""
    ranking = Ranking(question, passages)
    left = {candidate.place: candidate for candidate in sorted(ranking, key=lambda one: one.score)}
    chosen: list[Candidate] = []
    while left and len(chosen) < SENTENCES:
        best = max(left.values(), key=lambda one: one.score + _bonus(one, chosen))
        chosen.append(left.pop(best.place))
    order = list(dict.fromkeys(one.number for one in chosen))
    return sorted(chosen, key=lambda one: (order.index(one.number), one.at))


def _bonus(candidate: Candidate, chosen: Sequence[Candidate]) -> float:
    """Sentences that stand together are easier to follow and often complete each other."""
    near = [one for one in chosen if one.source.passage.document == candidate.source.passage.document]
    adjacent = any(one.source is candidate.source and abs(one.at - candidate.at) == 1 for one in near)
    return SAME_DOCUMENT * bool(near) + ADJACENT * adjacent


class Ranking:
    """Every sentence of the passages with its score."""

    def __init__(self, question: str, passages: Sequence[Passage]) -> None:
        self.evidence = Evidence(passages, question)
        self.question = self.evidence.question
        self.expects = expectation(question)
        self.weight = self.evidence.weigh(self.question.terms) or 1
        self.top = max((passage.score for passage in passages), default=0) or 1

    def __iter__(self) -> Iterator[Candidate]:
        for number, source in enumerate(self.evidence.sources, 1):
            for at, (start, end) in enumerate(source.ranges):
                if end - start <= LONGEST:
                    yield Candidate(number, source, at, self._score(source, at))

    def _score(self, source: Source, at: int) -> float:
        sentence = source.sentences[at]
        around = source.sentences[max(0, at - 1) : at] + source.sentences[at + 1 : at + 2]
        start, end = source.ranges[at]
        text = source.passage.text[start:end]
        return (
            self._share(sentence.terms)
            + PHRASE * self._phrases(sentence)
            + NEIGHBOUR * sum(self._share(near.terms - sentence.terms) for near in around)
            + PASSAGE * source.passage.score / self.top
            + EXPECTED * self.expects(text, sentence, self.question)
            + self._form(text, sentence)
        )

    def _form(self, text: str, sentence: Sentence) -> float:
        if _ASKS.search(text) or sentence.terms <= self.question.terms:
            return -NOTHING
        return STATEMENT if sentence.stated else 0

    def _share(self, terms: frozenset[str]) -> float:
        return self.evidence.weigh(self.question.terms & terms) / self.weight

    def _phrases(self, sentence: Sentence) -> float:
        """Share of the question's pairs of neighbouring terms that are neighbours here."""
        asked = _pairs(self.question)
        return len(asked & _pairs(sentence)) / len(asked) if asked else 0.0


def _pairs(sentence: Sentence) -> set[tuple[str, str]]:
    return set(zip(sentence.sequence, sentence.sequence[1:], strict=False))


def _line(text: str) -> str:
    """On one line, and without what would be taken for a marker of ours."""
    return re.sub(r"\s+", " ", data(text))
