"""How well the sentences of the passages answer a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footnote.contracts import Passage
from functions.answer.checking.support import SupportChecker
from functions.answer.generators.extractive.answer_type import (
    answer_type_matcher,
    asks_how,
    asks_yes_or_no,
)
from functions.answer.generators.extractive.candidate import Candidate, quoted_parts
from functions.answer.matching.corpus import Corpus, Source
from functions.answer.matching.relevance import Relevance
from functions.answer.matching.sentence import Sentence

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
DECLARATIVE = 0.3
MAX_LEAD = 3
"""Sentences above a list of steps that say what they are for."""
MAX_GAP = 0.6
"""Between a sentence and the best one: in that half, no sentence below held an answer that it lacked."""

NEGATION = 0.15
NO_INFORMATION = -3
"""For a question, for a reply to another one, and for a sentence that has only words of the question."""
SAME_QUESTION = 0.5
"""Share of the question's terms, by weight, from which another question counts as the same, and the
sentences above a list of steps as saying what they are for."""


class Ranking:
    """The sentences of the passages with their scores."""

    def __init__(self, question: str, passages: Sequence[Passage]) -> None:
        self.corpus = Corpus(passages)
        self.text = question
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
                    parts = self._parts(source, index)
                    yield Candidate(number, source, index, parts, self._score(source, index))

    def adds(self, candidate: Candidate, best: Candidate) -> bool:
        """Whether the candidate is worth quoting after the best one: a lone heading says nothing."""
        return (
            not candidate.is_list
            and candidate.score >= best.score - MAX_GAP
            and not self._is_beside(candidate, best)
            and self.support.supports_own(candidate.source, candidate.index)
        )

    def _is_beside(self, candidate: Candidate, best: Candidate) -> bool:
        """Whether it lacks a part of the question that the best one has, and has none that this lacks.

        That matters beside a whole list, beside a sentence that has the expected type as it has not, and
        between fragments, such as the rows of a table.
        """
        matched, known = self._matched(candidate), self._matched(best)
        if best.is_list:
            return matched <= known
        fragments = not (candidate.sentence.declarative or best.sentence.declarative)
        return matched < known and (fragments or self._is_typed(best) > self._is_typed(candidate))

    def _matched(self, candidate: Candidate) -> frozenset[str]:
        negation = {"not"} if self._negates(candidate.sentence) else frozenset[str]()
        return (candidate.terms & self.question.terms).union(negation)

    def _is_typed(self, candidate: Candidate) -> bool:
        text = candidate.source.text(candidate.index, candidate.index + 1)
        return self.has_answer_type(text, candidate.sentence, self.question)

    def _parts(self, source: Source, index: int) -> tuple[range, ...]:
        before = _before(source, index)
        question = before.interrogative and not before.terms <= self.question.terms
        return quoted_parts(source, index, whole=self._are_steps(source, index), question=question)

    def _are_steps(self, source: Source, index: int) -> bool:
        """Whether the sentence belongs to the steps that the question asks for."""
        items = source.lists.get(index)
        if items is None or not (items.numbered and asks_how(self.text)):
            return False
        above = source.sentences[max(0, items.first - MAX_LEAD) : items.first]
        return self.relevance.coverage(term for one in above for term in one.terms) >= SAME_QUESTION

    def _score(self, source: Source, index: int) -> float:
        sentence, coverage = source.unnumbered(index), self.relevance.coverage
        before = _before(source, index)
        terms = sentence.terms | before.terms if before.interrogative else sentence.terms
        text = source.text(index, index + 1)
        return (
            coverage(terms)
            + BIGRAMS * self.relevance.bigram_coverage(sentence)
            + RELATED_TERMS * coverage(self._related_terms(sentence))
            + PREVIOUS_SENTENCE * coverage(before.terms - terms)
            + PASSAGE_SCORE * source.passage.score / self.top_score
            + ANSWER_TYPE * self.has_answer_type(text, sentence, self.question)
            + NEGATION * self._negates(sentence)
            + self._form(source, index)
        )

    def _negates(self, sentence: Sentence) -> bool:
        """Whether it negates something as the question does."""
        return self.question.negative and not sentence.negated.isdisjoint(self.question.terms)

    def _form(self, source: Source, index: int) -> float:
        sentence, before = source.unnumbered(index), _before(source, index)
        if source.introduces(index) or self._selects_item(sentence):
            return DECLARATIVE
        if sentence.interrogative or self._says_nothing(sentence, before):
            return NO_INFORMATION
        return DECLARATIVE if sentence.declarative else 0

    def _selects_item(self, sentence: Sentence) -> bool:
        """Whether the question names this item of a list, besides what introduces it."""
        return bool(sentence.introduced) and not (
            sentence.terms & self.question.terms <= sentence.introduced
        )

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
