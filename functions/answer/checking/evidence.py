"""Which part of which passage bears a statement out."""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

from footnote.contracts import Passage
from footnote.text.sentences import Span, sentences
from functions.answer.matching.sentence import Sentence

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
ASKED = 64
"""Terms of a question that are read with an elliptic statement; the rest of a very long one is not."""
WINDOWS = 64
"""Of one passage that are weighed for a statement: the prose of a chunk has fewer, a list more."""

_SEMICOLON = re.compile(r";\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences `first` up to `after` of a passage."""

    first: int
    after: int
    terms: frozenset[str]


class Source:
    """A passage and its sentences, a long one in parts."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.ranges = _quotable(passage.text) or ((0, len(passage.text)),)
        self.sentences = [Sentence.of(passage.text[start:end]) for start, end in self.ranges]

    @cached_property
    def context(self) -> Sentence:
        return Sentence.of(". ".join((self.passage.title, *self.passage.headings)))

    @cached_property
    def windows(self) -> Sequence[Window]:
        """Runs of sentences that speak of one thing: each points back or repeats a term."""
        return tuple(self._windows())

    def _windows(self) -> Iterator[Window]:
        for first in range(len(self.sentences)):
            terms: frozenset[str] = frozenset()
            for at in range(first, min(first + WINDOW, len(self.sentences))):
                sentence = self.sentences[at]
                if at > first and not sentence.leaning and terms.isdisjoint(sentence.terms):
                    break
                terms |= sentence.terms
                yield Window(first, at + 1, terms)


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


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement and the terms that must be borne out, with what they weigh."""

    statement: Sentence
    terms: frozenset[str]
    weight: float


class Evidence:
    """The passages at hand, asked what they bear out.

    A statement is judged by its words alone: it must share most of them, by weight, with the quote, and
    its numbers, its names and what it denies must be the quote's own.
    """

    def __init__(self, passages: Sequence[Passage], question: str) -> None:
        self.sources = [Source(passage) for passage in passages]
        self.question = Sentence.of(question)
        self.asked_terms = tuple(dict.fromkeys(self.question.sequence))[:ASKED]
        self.asked_pairs = self.question.pairs
        sentences = list(self._sentences())
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
        asked = self.asked_pairs
        return len(asked & sentence.pairs) / len(asked) if asked else 0.0

    @property
    def nearness(self) -> float:
        """How near the nearest sentence comes to the question, in words and in their order; 0 to 1."""
        nearest = (self.share(one.terms) + self.phrases(one) for one in self._sentences())
        return max(nearest, default=0.0) / 2

    @property
    def spoken(self) -> float:
        """The largest share of the question's terms, by weight, in one sentence; 1 where it has none."""
        if not self.question.terms:
            return 1.0
        return max((self.share(sentence.terms) for sentence in self._sentences()), default=0.0)

    @property
    def knows_names(self) -> bool:
        """Whether the passages have all names of the question."""
        return self.question.names <= self.weights.keys()

    def _sentences(self) -> Iterator[Sentence]:
        return (sentence for source in self.sources for sentence in source.sentences)

    def find(self, statement: Sentence, sources: Iterable[Source]) -> list[Finding]:
        """What each source has to say for the statement, the best first."""
        claim = self._claim(statement)
        return sorted((self._best(claim, source) for source in sources), key=_rank, reverse=True)

    def stands(self, source: Source, at: int) -> bool:
        """Whether the passage bears out its sentence `at`, by itself or with those next to it."""
        claim = self._claim(source.sentences[at])
        around = (window for window in source.windows if window.first <= at < window.after)
        return any(self._judge(claim, source, window).supported for window in around)

    def join(self, statement: Sentence, findings: Sequence[Finding]) -> list[Finding]:
        """The findings, all supported when together they bear out what none does alone."""
        quoted = [sentence for finding in findings for sentence in finding.sentences]
        contexts = [finding.source.context for finding in findings]
        alone = any(finding.supported for finding in findings)
        together = not alone and self._bear_out(self._claim(statement), quoted, contexts)
        return [replace(finding, supported=finding.supported or together) for finding in findings]

    def _claim(self, statement: Sentence) -> Claim:
        elliptic = len(statement.terms) < ELLIPTIC
        terms = statement.terms.union(self.asked_terms) if elliptic else statement.terms
        return Claim(statement, terms, self.weigh(terms))

    def _best(self, claim: Claim, source: Source) -> Finding:
        windows = _nearest(claim, source.windows)
        return max((self._judge(claim, source, window) for window in windows), key=_rank)

    def _judge(self, claim: Claim, source: Source, window: Window) -> Finding:
        first, after = window.first, window.after
        quoted, contexts = source.sentences[first:after], [source.context]
        share = self._share(claim, quoted, contexts) - EXTENSION * (after - first - 1)
        supported = self._bear_out(claim, quoted, contexts)
        return Finding(source, first, after, share, supported)

    def _bear_out(self, claim: Claim, quoted: Sequence[Sentence], contexts: Sequence[Sentence]) -> bool:
        statement = claim.statement
        terms = _union(sentence.terms for sentence in (*quoted, *contexts))
        return (
            bool(statement.terms)
            and (statement.terms <= terms or len(statement.terms) >= ELLIPTIC)
            and statement.numbers <= terms
            and self._names_agree(statement, quoted, terms)
            and not _contradicted(statement, quoted)
            and self._share(claim, quoted, contexts) >= NEEDED
        )

    def _names_agree(
        self, statement: Sentence, quoted: Sequence[Sentence], terms: frozenset[str]
    ) -> bool:
        """A name that only the question gives is believed where the quote names nobody else."""
        missing = statement.names - terms
        rivals = _union(sentence.names for sentence in quoted) - statement.terms
        return not missing or (not rivals and missing <= self.question.terms)

    def _share(self, claim: Claim, quoted: Sequence[Sentence], contexts: Sequence[Sentence]) -> float:
        """Of the claim's terms, by weight; those only in title or headings count half.

        A statement that is quoted to the letter is borne out whole, however little it says.
        """
        stated = claim.statement.stated
        if stated and any(stated == sentence.stated for sentence in quoted):
            return 1.0
        said = _union(sentence.terms for sentence in quoted)
        around = _union(context.terms for context in contexts) - said
        held = self.weigh(claim.terms & said) + self.weigh(claim.terms & around) / 2
        return held / claim.weight if claim.terms else 0.0


def _nearest(claim: Claim, windows: Sequence[Window]) -> Sequence[Window]:
    """Those that share the most terms with the statement, then with all of the claim."""
    if len(windows) <= WINDOWS:
        return windows
    return heapq.nlargest(WINDOWS, windows, lambda window: _shared(claim, window))


def _shared(claim: Claim, window: Window) -> tuple[int, int]:
    return len(claim.statement.terms & window.terms), len(claim.terms & window.terms)


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
