"""Answers without a chat model: the sentences of the passages that match the question best."""

from __future__ import annotations

import heapq
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from footnote.contracts import Passage, Usage
from footnote.text.sentences import ITEM
from functions.answer.checking.support import SupportChecker
from functions.answer.generators.answer_type import answer_type_matcher, asks_yes_or_no
from functions.answer.generators.prompt import neutralize
from functions.answer.generators.usage import NO_USAGE
from functions.answer.matching.corpus import Corpus, Source
from functions.answer.matching.relevance import Relevance
from functions.answer.matching.sentence import Sentence

MAX_SENTENCES = 2
CANDIDATES = 10
"""The sentences with the highest scores, from which the answer is selected."""
MAX_FRAGMENT = 600
"""Characters of text that does not end as a sentence does; a longer one is not prose."""
STEM_PREFIX = 5
"""Letters that related words have in common, such as method and methodist."""

# Weights of a score, fitted to the questions of one half of XQuAD's articles and checked on the other.
BIGRAMS = 0.15
RELATED_TERMS = 0.15
PREVIOUS_SENTENCE = 0.25
PASSAGE_SCORE = 0.75
ANSWER_TYPE = 0.2
SAME_DOCUMENT = 0.05
DECLARATIVE = 0.3
NO_INFORMATION = -3
"""For a question, for a reply to another one, and for a sentence that has only words of the question."""
SAME_QUESTION = 0.5
"""Share of the question's terms, by weight, from which another question counts as the same."""

_HEADING_MARK = re.compile(r"^#+\s+")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    number: int
    """The number of its passage, from 1."""
    source: Source
    index: int
    """Its index among the passage's sentences."""
    score: float
    first: int
    """`index`, or that of the question before it, without which the sentence says too little."""

    @property
    def text(self) -> str:
        start, end = self.source.spans[self.first][0], self.source.spans[self.index][1]
        text = self.source.passage.text[start:end]
        return _HEADING_MARK.sub("", text) if self.first < self.index else text


class Extractive:
    model = "extractive"

    async def generate(
        self, question: str, passages: Sequence[Passage], *, stream: bool
    ) -> AsyncGenerator[str | Usage, None]:
        selected = select(question, passages)
        for candidate, following in zip_longest(selected, selected[1:]):
            line = _one_line(candidate.text)
            breaks = not _SENTENCE_END.search(line) or (following and ITEM.match(following.text))
            yield f"{line} [{candidate.number}]" + ("\n" if breaks else " ")
        yield NO_USAGE


def select(question: str, passages: Sequence[Passage]) -> list[Candidate]:
    """The best sentences to answer with; those of one passage are in its order.

    The same sentence is taken once, also from passages that overlap and from copies of a document. After
    the best one, a sentence is taken only if its own passage supports it: a lone heading says nothing.
    """
    ranking = Ranking(question, passages)
    distinct = {_one_line(one.text): one for one in sorted(ranking, key=lambda one: one.score)}
    left = heapq.nlargest(CANDIDATES, distinct.values(), key=lambda one: one.score)
    selected: list[Candidate] = []
    while left and len(selected) < MAX_SENTENCES:
        best = max(left, key=lambda one: one.score + _document_bonus(one, selected))
        left.remove(best)
        if not selected or ranking.support.supports_own(best.source, best.index):
            selected.append(best)
    order = list(dict.fromkeys(one.number for one in selected))
    return sorted(selected, key=lambda one: (order.index(one.number), one.index))


def _document_bonus(candidate: Candidate, selected: Sequence[Candidate]) -> float:
    """Sentences of one document are easier to follow."""
    documents = {one.source.passage.document for one in selected}
    return SAME_DOCUMENT * (candidate.source.passage.document in documents)


class Ranking:
    """The sentences of the passages with their scores."""

    def __init__(self, question: str, passages: Sequence[Passage]) -> None:
        self.corpus = Corpus(passages)
        self.question = Sentence.parse(question)
        self.relevance = Relevance(self.corpus, self.question)
        self.support = SupportChecker(self.corpus, self.question)
        self.has_answer_type = answer_type_matcher(question)
        self.asks_yes_or_no = asks_yes_or_no(question)
        self.top_score = max((passage.score for passage in passages), default=0) or 1
        self._question_terms = self.question.leading_terms

    def __iter__(self) -> Iterator[Candidate]:
        for number, source in enumerate(self.corpus.sources, 1):
            for index, (start, end) in enumerate(source.spans):
                if end - start <= MAX_FRAGMENT or source.sentences[index].declarative:
                    first = index - self._needs_question(source, index)
                    yield Candidate(number, source, index, self._score(source, index), first)

    def _needs_question(self, source: Source, index: int) -> bool:
        """Whether it replies to a question in other words than the reader's."""
        before = _before(source, index)
        return before.interrogative and not before.terms <= self.question.terms

    def _score(self, source: Source, index: int) -> float:
        sentence, coverage = source.sentences[index], self.relevance.coverage
        before = _before(source, index)
        terms = sentence.terms | before.terms if before.interrogative else sentence.terms
        start, end = source.spans[index]
        text = source.passage.text[start:end]
        return (
            coverage(terms)
            + BIGRAMS * self.relevance.bigram_coverage(sentence)
            + RELATED_TERMS * coverage(self._related_terms(sentence))
            + PREVIOUS_SENTENCE * coverage(before.terms - terms)
            + PASSAGE_SCORE * source.passage.score / self.top_score
            + ANSWER_TYPE * self.has_answer_type(text, sentence, self.question)
            + self._form(sentence, before)
        )

    def _form(self, sentence: Sentence, before: Sentence) -> float:
        if sentence.interrogative or self._says_nothing(sentence, before):
            return NO_INFORMATION
        return DECLARATIVE if sentence.declarative else 0

    def _says_nothing(self, sentence: Sentence, before: Sentence) -> bool:
        """Whether it only repeats the question, or replies to another one."""
        if not before.interrogative:
            decides = self.asks_yes_or_no and sentence.declarative
            return sentence.terms <= self.question.terms and not decides
        coverage = self.relevance.coverage
        return not coverage(sentence.terms) and coverage(before.terms) < SAME_QUESTION

    def _related_terms(self, sentence: Sentence) -> Iterator[str]:
        """Terms of the question that the sentence has only in another form."""
        prefixes = {term[:STEM_PREFIX] for term in sentence.terms if len(term) >= STEM_PREFIX}
        missing = (term for term in self._question_terms if term not in sentence.terms)
        return (term for term in missing if term[:STEM_PREFIX] in prefixes)


def _before(source: Source, index: int) -> Sentence:
    return source.sentences[index - 1] if index else Sentence.parse("")


def _one_line(text: str) -> str:
    """The text on one line, without anything that would read as a marker of the answer."""
    return re.sub(r"\s+", " ", neutralize(text))
