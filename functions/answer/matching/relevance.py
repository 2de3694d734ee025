"""How well the sentences of a corpus match a question. All scores are from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from functions.answer.matching.corpus import Corpus
from functions.answer.matching.sentence import Sentence


class Relevance:
    def __init__(self, corpus: Corpus, question: Sentence) -> None:
        self.corpus = corpus
        self.question = question
        self._bigrams = question.bigrams

    def coverage(self, terms: Iterable[str]) -> float:
        """The share of the question's terms, by weight, that are among `terms`."""
        return self.corpus.weight(self.question.terms.intersection(terms)) / self._total_weight

    def bigram_coverage(self, sentence: Sentence) -> float:
        """The share of the question's bigrams that the sentence has, too."""
        return len(self._bigrams & sentence.bigrams) / len(self._bigrams) if self._bigrams else 0.0

    @property
    def best_match(self) -> float:
        """The mean of both coverages, of the best sentence."""
        sentences = self.corpus.sentences
        matches = (self.coverage(one.terms) + self.bigram_coverage(one) for one in sentences)
        return max(matches, default=0.0) / 2

    @property
    def first_coverage(self) -> float:
        """The coverage of the best sentence of the first passage; 1 for a question without terms."""
        if not self.question.terms:
            return 1.0
        sentences = (one for source in self.corpus.sources[:1] for one in source.sentences)
        return max((self.coverage(one.terms) for one in sentences), default=0.0)

    @property
    def has_all_names(self) -> bool:
        """Whether the corpus has every name of the question."""
        return self.question.names <= self.corpus.terms

    @cached_property
    def _total_weight(self) -> float:
        """Never 0."""
        return self.corpus.weight(self.question.terms) or 1
