"""A sentence as lexical matching sees it: its terms, numbers with their units, names and negations."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import Stemmer

from footnote.text.marks import MARKS
from footnote.text.normalization import separate_words
from footnote.text.sentences import ITEM
from functions.answer.matching.bounds import find_bound, find_bound_behind
from functions.answer.matching.ideographs import with_digits
from functions.answer.matching.quantity import magnitudes, plain_number, quantities
from functions.answer.matching.vocabulary import (
    CONTRACTED_NOT,
    LIMITERS,
    NEGATIVE_STEMS,
    NEGATORS,
    NUMERALS,
    OPENING_PRONOUNS,
    STOP_WORDS,
    UNSPACED_NEGATORS,
)

_LETTER = r"[^\W\d_]"
_WORD = rf"{_LETTER}+(?:(?:[{MARKS}]|['’](?={_LETTER})){_LETTER}*)*"
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)*|{_WORD}|[.,;:!?()，。；：！？、（）،؛؟।]")
_DECLARATIVE = re.compile(r"[.!…。！।][\"'”’)\]]*$")
_SENTENCE_END = ".!?:。！？：؟।"
_UNSPACED_NEGATOR = re.compile(UNSPACED_NEGATORS)
_INTERROGATIVE = re.compile(r"[?？؟][\"'”’)\]*_]*$")
_CONTRACTION = re.compile(r"['’](?:s|d|m|ve|re|ll)?$")
_STEMMER = Stemmer.Stemmer("english")

SHORT = 300
"""Characters of a text that goes into the large cache; its sentence takes up to 60 bytes for each."""
LEADING_TERMS = 64
_NEGATION_SCOPE = 4
"""Terms after a negator that count as negated; if it ends its clause, as many before it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    sequence: tuple[str, ...]
    """Its terms in order: stems of all words but stop words, and numbers in one notation."""
    terms: frozenset[str]
    numbers: frozenset[str]
    quantities: frozenset[tuple[str, str]]
    """Those of its numbers that have a known unit, with that unit."""
    magnitudes: frozenset[tuple[str, str]]
    """Those of its numbers that have a magnitude, such as 5 million, with that."""
    bounds: frozenset[tuple[str, str]]
    """Those of its numbers that are said to be the most or the least, with "most" or "least"."""
    names: frozenset[str]
    """Terms of words that have a capital although they do not open a sentence."""
    refers_back: bool
    """Whether its first word refers to the sentence before."""
    negators: int
    """How many it has."""
    negations: frozenset[int]
    """Positions in the sequence of the terms in the scope of a negator."""
    negated: frozenset[str]
    """Terms that are nowhere but in the scope of a negator."""
    declarative: str
    """The sentence on one line, without the label of a list, if it ends as a statement does, else an
    empty string."""
    interrogative: bool
    """Whether it ends as a question does."""
    denied: frozenset[str] = frozenset()
    """Terms of the question before it, if it answers that with "no"."""
    introduced: frozenset[str] = frozenset()
    """Terms of the sentence that introduces the list of which it is an item; they are among its own."""

    @property
    def negative(self) -> bool:
        return self.negators > 0

    @property
    def own_terms(self) -> frozenset[str]:
        """Its terms without those of an introduction."""
        return frozenset(self.sequence)

    @property
    def bigrams(self) -> frozenset[tuple[str, str]]:
        return frozenset(pairwise(self.sequence))

    @property
    def leading_terms(self) -> tuple[str, ...]:
        """Its first distinct terms. A long question is compared by these, so that it costs no more."""
        return tuple(dict.fromkeys(self.sequence))[:LEADING_TERMS]

    @staticmethod
    def parse(text: str) -> Sentence:
        """Cached: the decision to answer, the answer and its check read the same texts."""
        return _parse_short(text) if len(text) <= SHORT else _parse_long(text)


def _parse(text: str) -> Sentence:
    sequence: list[str] = []
    numbers: set[str] = set()
    bounds: set[tuple[str, str]] = set()
    names: set[str] = set()
    words: list[str] = []  # and punctuation
    number, behind = "", 0  # the last number, and where the words behind it begin
    negation = _Negation()
    ends = [(".", False)] * 2  # the first ends the last clause
    for (token, opening), (following, _) in pairwise(chain(_tokens(text), ends)):
        word = token.lower() if token.isalnum() else _CONTRACTION.sub("", token.lower())
        if _is_negator(word):
            if following.lower() not in LIMITERS:
                negation.open_scope(len(sequence))
        elif not word[:1].isalnum():
            negation.end_clause(len(sequence))
        elif term := _term(word):
            if term[0].isdigit():
                numbers.add(term)
                number, behind = term, len(words) + 1
                bound, negated = find_bound(words)
                if bound:
                    bounds.add((term, bound))
                if negated:
                    negation.take_back()
            negation.add(len(sequence))
            sequence.append(term)
            if token[0].isupper() and not opening:
                names.add(term)
        words.append(word)
        if number and (bound := find_bound_behind(words, behind, following.lower())):
            bounds.add((number, bound))
    return Sentence(
        sequence=tuple(sequence),
        terms=frozenset(sequence),
        numbers=frozenset(numbers),
        quantities=quantities(text) if numbers else frozenset(),
        magnitudes=magnitudes(text) if numbers else frozenset(),
        bounds=frozenset(bounds),
        names=frozenset(names),
        refers_back=_first_word(text) in OPENING_PRONOUNS,
        negators=negation.negators,
        negations=frozenset(negation.positions),
        negated=_only_at(sequence, negation.positions),
        declarative=_declarative(text),
        interrogative=_INTERROGATIVE.search(text) is not None,
    )


_parse_short = lru_cache(maxsize=4096)(_parse)
_parse_long = lru_cache(maxsize=64)(_parse)
"""Large enough for one request."""


class _Negation:
    """Finds the terms that a negator negates: those after it in its clause, or else those before it."""

    def __init__(self) -> None:
        self.negators = 0
        self.positions: set[int] = set()
        """Those of the terms in its scope."""
        self._scope = 0
        """Terms that the last negator may still negate."""
        self._clause = 0
        """Position of the first term of the clause."""
        self._opened = 0
        """Position of the first term behind the last negator."""

    def open_scope(self, position: int) -> None:
        self.negators += 1
        self._scope, self._opened = _NEGATION_SCOPE, position

    def take_back(self) -> None:
        """Forget the last negator."""
        self.negators -= 1
        self.positions -= set(range(self._opened, self._opened + _NEGATION_SCOPE))
        self._scope = 0

    def add(self, position: int) -> None:
        """Take the next term."""
        if self._scope:
            self.positions.add(position)
            self._scope -= 1

    def end_clause(self, position: int) -> None:
        """`position`: that of the term that would be next."""
        if self._scope == _NEGATION_SCOPE:
            self.positions.update(range(max(self._clause, position - _NEGATION_SCOPE), position))
        self._scope, self._clause = 0, position


def _only_at(sequence: Sequence[str], positions: Container[int]) -> frozenset[str]:
    """The terms that are at these positions and at no other."""
    elsewhere = {term for at, term in enumerate(sequence) if at not in positions}
    return frozenset(sequence) - elsewhere


def _declarative(text: str) -> str:
    line = ITEM.sub("", " ".join(text.split()), count=1)
    return line if _DECLARATIVE.search(line) else ""


def _first_word(text: str) -> str:
    match = re.search(r"\w+", text)
    return match[0].lower() if match else ""


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Words, numbers and punctuation, and whether each opens a sentence, where a capital is no sign of a
    name."""
    opening = True
    if not text.isascii():
        text = separate_words(_UNSPACED_NEGATOR.sub(" not ", with_digits(text)))
    for match in _TOKEN.finditer(text):
        token = match[0]
        inner_capital = any(letter.isupper() for letter in token[1:])
        yield token, opening and not inner_capital
        opening = token in _SENTENCE_END or (opening and not token[0].isalnum())


def _is_negator(word: str) -> bool:
    return word in NEGATORS or word.endswith(CONTRACTED_NOT) or word.startswith(NEGATIVE_STEMS)


def _term(word: str) -> str:
    """The stem of a word that is no negator, or a plain number; empty for stop words."""
    if word[:1].isdigit():
        return plain_number(word)
    if not word[:1].isalpha() or word in STOP_WORDS:
        return ""
    return NUMERALS.get(word) or str(_STEMMER.stemWord(word))
