"""Which part of which passage bears a statement out."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

from footnote.contracts import Passage
from footnote.sentences import Span, sentences
from functions.answer.checking.sentence import Sentence

WINDOW = 3
"""Sentences in a row that a quote may have."""
NEEDED = 0.5
"""Share of a statement's terms, by weight, that must be in what bears it out."""
LONG = 600
"""Characters of a sentence that is quoted in parts where it has semicolons."""
ELLIPTIC = 3
"""A statement of fewer terms is read together with the question it answers."""
EXTENSION = 0.04
"""What a further sentence must add to the share to be worth quoting."""

_SEMICOLON = re.compile(r";\s+(?=\S)")


class Source:
    """A passage and its sentences, a long one in parts."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.ranges = _quotable(passage.text) or ((0, len(passage.text)),)
        self.sentences = [Sentence.of(passage.text[start:end]) for start, end in self.ranges]

    @cached_property
    def context(self) -> Sentence:
        return Sentence.of(". ".join((self.passage.title, *self.passage.headings)))

    def windows(self) -> Iterator[tuple[int, int]]:
        """Runs of sentences that speak of one thing: each points back or repeats a term."""
        for first in range(len(self.sentences)):
            terms: frozenset[str] = frozenset()
            for at in range(first, min(first + WINDOW, len(self.sentences))):
                sentence = self.sentences[at]
                if at > first and not sentence.leaning and terms.isdisjoint(sentence.terms):
                    break
                terms |= sentence.terms
                yield first, at + 1


@dataclass(frozen=True, slots=True)
class Finding:
    """The best that one passage has to say for a statement: its sentences `first` up to `after`."""

    source: Source
    first: int
    after: int
    share: float
    supported: bool

    @property
    def range(self) -> tuple[int, int]:
        """Characters of the passage."""
        return self.source.ranges[self.first][0], self.source.ranges[self.after - 1][1]

    @property
    def sentences(self) -> list[Sentence]:
        return self.source.sentences[self.first : self.after]


class Evidence:
    """The passages at hand, asked what they bear out.

    A statement is judged by its words alone: it must share most of them, by weight, with the quote, and
    its numbers, its names and what it denies must be the quote's own.
    """

    def __init__(self, passages: Sequence[Passage], question: str) -> None:
        self.sources = [Source(passage) for passage in passages]
        self.question = Sentence.of(question)
        sentences = [sentence for source in self.sources for sentence in source.sentences]
        frequencies = Counter(term for sentence in sentences for term in sentence.terms)
        self.rarest = _idf(1, len(sentences))
        self.weights = {term: _idf(count, len(sentences)) for term, count in frequencies.items()}

    def weigh(self, terms: Iterable[str]) -> float:
        """Rare terms weigh more (idf over the sentences at hand)."""
        return sum(self.weights.get(term, self.rarest) for term in terms)

    @cached_property
    def asked(self) -> float:
        """What all terms of the question weigh; never 0."""
        return self.weigh(self.question.terms) or 1

    def share(self, terms: Iterable[str]) -> float:
        """Of the question's terms, by weight, those among `terms`."""
        return self.weigh(self.question.terms.intersection(terms)) / self.asked

    def phrases(self, sentence: Sentence) -> float:
        """Share of the question's pairs of neighbouring terms that are neighbours in the sentence."""
        asked = self.question.pairs
        return len(asked & sentence.pairs) / len(asked) if asked else 0.0

    @property
    def nearness(self) -> float:
        """How near the nearest sentence comes to the question, in words and in their order; 0 to 1."""
        sentences = (sentence for source in self.sources for sentence in source.sentences)
        nearest = (self.share(sentence.terms) + self.phrases(sentence) for sentence in sentences)
        return max(nearest, default=0.0) / 2

    def find(self, statement: Sentence, sources: Iterable[Source]) -> list[Finding]:
        """What each source has to say for the statement, the best first."""
        return sorted((self._best(statement, source) for source in sources), key=_rank, reverse=True)

    def join(self, statement: Sentence, findings: Sequence[Finding]) -> list[Finding]:
        """The findings, all supported when together they bear out what none does alone."""
        quoted = [sentence for finding in findings for sentence in finding.sentences]
        contexts = [finding.source.context for finding in findings]
        alone = any(finding.supported for finding in findings)
        together = not alone and self._bear_out(statement, quoted, contexts)
        return [replace(finding, supported=finding.supported or together) for finding in findings]

    def _best(self, statement: Sentence, source: Source) -> Finding:
        return max((self._judge(statement, source, *window) for window in source.windows()), key=_rank)

    def _judge(self, statement: Sentence, source: Source, first: int, after: int) -> Finding:
        quoted, contexts = source.sentences[first:after], [source.context]
        share = self._share(statement, quoted, contexts) - EXTENSION * (after - first - 1)
        supported = self._bear_out(statement, quoted, contexts)
        return Finding(source, first, after, share, supported)

    def _bear_out(
        self, statement: Sentence, quoted: Sequence[Sentence], contexts: Sequence[Sentence]
    ) -> bool:
        terms = _union(sentence.terms for sentence in (*quoted, *contexts))
        return (
            bool(statement.terms)
            and (statement.terms <= terms or len(statement.terms) >= ELLIPTIC)
            and statement.numbers <= terms
            and self._names_agree(statement, quoted, terms)
            and not _contradicted(statement, quoted)
            and self._share(statement, quoted, contexts) >= NEEDED
        )

    def _names_agree(
        self, statement: Sentence, quoted: Sequence[Sentence], terms: frozenset[str]
    ) -> bool:
        """A name that only the question gives is believed where the quote names nobody else."""
        missing = statement.names - terms
        rivals = _union(sentence.names for sentence in quoted) - statement.terms
        return not missing or (not rivals and missing <= self.question.terms)

    def _share(
        self, statement: Sentence, quoted: Sequence[Sentence], contexts: Sequence[Sentence]
    ) -> float:
        """Of the statement's terms, by weight; those only in title or headings count half.

        A statement that is quoted to the letter is borne out whole, however little it says.
        """
        if statement.stated and any(statement.stated == sentence.stated for sentence in quoted):
            return 1.0
        elliptic = len(statement.terms) < ELLIPTIC
        claimed = statement.terms | self.question.terms if elliptic else statement.terms
        said = _union(sentence.terms for sentence in quoted)
        around = _union(context.terms for context in contexts) - said
        held = self.weigh(claimed & said) + self.weigh(claimed & around) / 2
        return held / self.weigh(claimed) if claimed else 0.0


@lru_cache(maxsize=512)
def _quotable(text: str) -> tuple[Span, ...]:
    """Remembered: whether to answer, the answer and its check all look at the same passages."""
    return tuple(_cut(text))


def _cut(text: str) -> Iterator[Span]:
    for start, end in sentences(text):
        cuts = [cut.end() for cut in _SEMICOLON.finditer(text, start, end)] if end - start > LONG else []
        for first, after in pairwise((start, *cuts, end)):
            yield first, first + len(text[first:after].rstrip())


def _contradicted(statement: Sentence, quoted: Sequence[Sentence]) -> bool:
    """Whether one side denies what the other says."""
    if statement.negative:
        terms = _union(sentence.terms for sentence in quoted)
        return bool(statement.denied & terms) and not any(sentence.negative for sentence in quoted)
    said = _union(sentence.terms - sentence.denied for sentence in quoted)
    denied = _union(sentence.denied for sentence in quoted)
    return bool((denied - said) & statement.terms)


def _idf(frequency: int, total: int) -> float:
    return math.log1p((total - frequency + 0.5) / (frequency + 0.5))


def _rank(finding: Finding) -> tuple[bool, float]:
    return finding.supported, finding.share


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
