"""Which quote of which passage supports a statement."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from functions.answer.matching.corpus import Corpus, Source, Window
from functions.answer.matching.sentence import Sentence

Item = TypeVar("Item")

MIN_COVERAGE = 0.5
"""Share of a statement's terms, by weight, that its quote must have."""
VERBATIM = 2.0
"""Coverage by the same sentence: more than by one that has other words besides, which is 1."""
ELLIPTIC = 3
"""A statement of fewer terms is read together with its introduction, or with the question."""
EXTENSION_COST = 0.04
"""Coverage that a further sentence must add to be worth quoting."""
MAX_WINDOWS = 64
"""Windows of a passage that are judged for a statement: the prose of a chunk has fewer, a list more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement, its own terms, those that a quote must have to support it, and their weight."""

    statement: Sentence
    own: frozenset[str]
    terms: frozenset[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Quote:
    """The sentences [first, stop) of a passage, judged as the support of a statement."""

    source: Source
    first: int
    stop: int
    coverage: float
    supported: bool

    @property
    def span(self) -> tuple[int, int]:
        """Its character range in the passage."""
        return self.source.spans[self.first][0], self.source.spans[self.stop - 1][1]

    @property
    def sentences(self) -> list[Sentence]:
        return self.source.sentences[self.first : self.stop]

    @property
    def rank(self) -> tuple[bool, float]:
        return self.supported, self.coverage


class SupportChecker:
    """Judges a statement by its words alone: it must share most of them, by weight, with the quote, and
    the quote must have its numbers and its names, and agree with its units, magnitudes and bounds, and
    with what it negates."""

    def __init__(self, corpus: Corpus, question: Sentence) -> None:
        self.corpus = corpus
        self.question = question
        self._question_terms = question.leading_terms

    def best_quotes(self, statement: Sentence, sources: Iterable[Source]) -> list[Quote]:
        """The best quote of each source, the best of all first."""
        claim = self._claim(statement)
        quotes = (self._best_quote(claim, source) for source in sources)
        return sorted(quotes, key=lambda quote: quote.rank, reverse=True)

    def supports_own(self, source: Source, index: int) -> bool:
        """Whether a passage supports its own sentence `index`, alone or with those next to it."""
        claim = self._claim(source.sentences[index])
        around = (window for window in source.windows if window.first <= index < window.stop)
        return any(self._judge(claim, source, window).supported for window in around)

    def joined(self, statement: Sentence, quotes: Sequence[Quote]) -> list[Quote]:
        """The quotes, all supported when together they support what none of them supports alone."""
        sentences = [sentence for quote in quotes for sentence in quote.sentences]
        contexts = [
            context for quote in quotes for context in _contexts(statement, quote.source, quote.first)
        ]
        alone = any(quote.supported for quote in quotes)
        together = not alone and self._supported(self._claim(statement), sentences, contexts)
        return [replace(quote, supported=quote.supported or together) for quote in quotes]

    def _claim(self, statement: Sentence) -> Claim:
        own = statement.own_terms
        context = statement.introduced or self._question_terms
        terms = own.union(context) if len(own) < ELLIPTIC else own
        return Claim(statement, own, terms, self.corpus.weight(terms))

    def _best_quote(self, claim: Claim, source: Source) -> Quote:
        windows = _nearest(claim, source.windows)
        return max(
            (self._judge(claim, source, window) for window in windows), key=lambda quote: quote.rank
        )

    def _judge(self, claim: Claim, source: Source, window: Window) -> Quote:
        sentences = source.sentences[window.first : window.stop]
        contexts = _contexts(claim.statement, source, window.first)
        cost = EXTENSION_COST * (window.stop - window.first - 1)
        coverage = self._coverage(claim, sentences, contexts) - cost
        supported = self._supported(claim, sentences, contexts)
        return Quote(source, window.first, window.stop, coverage, supported)

    def _supported(self, claim: Claim, quoted: Sequence[Sentence], contexts: Sequence[Sentence]) -> bool:
        statement, own = claim.statement, claim.own
        if not own:
            return self._has_reply(statement, quoted)
        terms = _union(sentence.terms for sentence in (*quoted, *contexts))
        return (
            not all(sentence.interrogative for sentence in quoted)
            and not own.isdisjoint(_union(sentence.terms for sentence in quoted))
            and (own <= terms or len(own) >= ELLIPTIC)
            and statement.numbers <= terms
            and _numbers_agree(statement, quoted, contexts)
            and self._names_agree(statement, quoted, terms)
            and not _contradicts(statement, quoted)
            and not any(_negates_otherwise(statement, sentence) for sentence in quoted)
            and self._coverage(claim, quoted, contexts) >= MIN_COVERAGE
        )

    def _has_reply(self, reply: Sentence, quoted: Sequence[Sentence]) -> bool:
        """Whether the quote gives the same reply without terms, such as "No.", to the same question."""
        return any(
            before.interrogative
            and self.question.terms <= before.terms
            and reply.declarative == sentence.declarative != ""
            for before, sentence in pairwise(quoted)
        )

    def _names_agree(
        self, statement: Sentence, quoted: Sequence[Sentence], terms: frozenset[str]
    ) -> bool:
        """A name that only the question has is accepted when the quote has no other name."""
        missing = statement.names - terms
        others = _union(sentence.names for sentence in quoted) - statement.own_terms
        return not missing or (not others and missing <= self.question.terms)

    def _coverage(self, claim: Claim, quoted: Sequence[Sentence], contexts: Sequence[Sentence]) -> float:
        """The share of the claim's terms, by weight; those that only title or headings have count half.

        A statement that is quoted verbatim is covered best, however few terms it has; so is an item.
        """
        if any(_is_verbatim(claim.statement, sentence) for sentence in quoted):
            return VERBATIM
        inside = _union(sentence.terms for sentence in quoted)
        around = _union(context.terms for context in contexts) - inside
        weight = self.corpus.weight
        covered = weight(claim.terms & inside) + weight(claim.terms & around) / 2
        return covered / claim.weight if claim.terms else 0.0


def _contexts(statement: Sentence, source: Source, index: int) -> list[Sentence]:
    """What is above a sentence: title and headings, and labels such as Article 12 that the statement
    names."""
    if not statement.numbers:
        return [source.context]
    from functions.answer.matching.labels import kind_terms

    if statement.terms.isdisjoint(kind_terms()):
        return [source.context]
    labels = (label.sentence for label in source.labels_above(index))
    return [source.context, *(label for label in labels if label.terms <= statement.terms)]


def _is_verbatim(statement: Sentence, quoted: Sentence) -> bool:
    """Whether they are the same sentence, or the same item of a list, whose labels and full stops may
    differ."""
    if statement.declarative and quoted.declarative:
        return statement.declarative == quoted.declarative
    is_item = bool(quoted.introduced)
    return is_item and _without_label(statement.sequence) == _without_label(quoted.sequence)


def _without_label(sequence: Sequence[str]) -> Sequence[str]:
    return sequence[sequence[0].isdigit() :] if len(sequence) > 1 else sequence


def _nearest(claim: Claim, windows: Sequence[Window]) -> Sequence[Window]:
    """Those that share the most terms with the statement, then with the whole claim."""

    def shared(window: Window) -> tuple[int, int]:
        return len(claim.own & window.terms), len(claim.terms & window.terms)

    return windows if len(windows) <= MAX_WINDOWS else heapq.nlargest(MAX_WINDOWS, windows, shared)


def _numbers_agree(
    statement: Sentence, quoted: Sequence[Sentence], contexts: Sequence[Sentence]
) -> bool:
    """False if the quote has a number of the statement only with other units, magnitudes or bounds."""
    around = (*quoted, *contexts)
    return (
        _agree(statement.quantities, _union(sentence.quantities for sentence in around))
        and _agree(statement.magnitudes, _union(sentence.magnitudes for sentence in around))
        and _agree(statement.bounds, _union(sentence.bounds for sentence in quoted))
    )


def _agree(said: frozenset[tuple[str, str]], known: frozenset[tuple[str, str]]) -> bool:
    numbers = {number for number, _ in known}
    return all(number not in numbers for number, _ in said - known)


def _contradicts(statement: Sentence, quoted: Sequence[Sentence]) -> bool:
    """Whether one of the two negates what the other affirms."""
    affirmed = _union(sentence.terms - sentence.negated for sentence in quoted)
    negated = _union(sentence.negated for sentence in quoted)
    denied = _union(sentence.denied for sentence in quoted)
    if statement.negative:
        return bool(statement.negated & affirmed) and statement.terms.isdisjoint(negated | denied)
    return bool((negated - affirmed) & statement.terms) or bool(denied and denied <= statement.terms)


def _negates_otherwise(statement: Sentence, quoted: Sentence) -> bool:
    """Whether it repeats a sentence with a negator more or less, which negates other words."""
    return (
        statement.sequence == quoted.sequence
        and statement.negators != quoted.negators
        and statement.negations != quoted.negations
        and not quoted.interrogative
    )


def _union(sets: Iterable[frozenset[Item]]) -> frozenset[Item]:
    return frozenset[Item]().union(*sets)
