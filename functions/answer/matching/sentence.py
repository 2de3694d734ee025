"""What a sentence says, as far as its words show it: terms, numbers, names and what it denies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import Stemmer

from footnote.text.letters import MARKS, separated
from functions.answer.matching.vocabulary import DENYING, EMPTY, NUMERALS, POINTING

_LETTERS = rf"[^\W\d_]+(?:[{MARKS}]+[^\W\d_]*)*"
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)*|{_LETTERS}(?:['’]{_LETTERS})*|[.,;:!?()]")
_STATED = re.compile(r"[.!…。！][\"'”’)\]]*$")
_POSSESSIVE = re.compile(r"['’]s?$")
_STEMMER = Stemmer.Stemmer("english")

SHORT = 300
"""Characters of a text up to which many are remembered; a reading takes up to 60 bytes a character."""

_SCOPE = 4
"""Terms after a negator that it is taken to deny, at most to the end of the clause."""


@dataclass(frozen=True, slots=True)
class Sentence:
    sequence: tuple[str, ...]
    """Its terms in order: stems of all words but stop words, and numbers in one notation."""
    terms: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    """Terms of words that are capitalised for another reason than opening the sentence."""
    leaning: bool
    """Whether its first word points back to the sentence before."""
    negative: bool
    denied: frozenset[str]
    """Terms that stand under a negation."""
    stated: str
    """The sentence itself on one line; "" unless it ends as a statement does."""

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Its neighbouring terms."""
        return frozenset(pairwise(self.sequence))

    @staticmethod
    def of(text: str) -> Sentence:
        return _read_short(text) if len(text) <= SHORT else _read_long(text)


def _read(text: str) -> Sentence:
    sequence: list[str] = []
    numbers: set[str] = set()
    names: set[str] = set()
    denied: set[str] = set()
    negative, scope = False, 0
    for token, opening in _tokens(text):
        word = token.lower() if token.isalnum() else _POSSESSIVE.sub("", token.lower())
        if _negates(word):
            negative, scope = True, _SCOPE
        if not word[:1].isalnum():
            scope = 0
        term = _term(word)
        if not term:
            continue
        sequence.append(term)
        if term[0].isdigit():
            numbers.add(term)
        if token[0].isupper() and not opening:
            names.add(term)
        if scope:
            denied.add(term)
            scope -= 1
    return Sentence(
        sequence=tuple(sequence),
        terms=frozenset(sequence),
        numbers=frozenset(numbers),
        names=frozenset(names),
        leaning=_first_word(text) in POINTING,
        negative=negative,
        denied=frozenset(denied),
        stated=_stated(text),
    )


_read_short = lru_cache(maxsize=4096)(_read)
_read_long = lru_cache(maxsize=64)(_read)
"""Enough for one request: whether to answer, the answer and its check read the same texts."""


def _stated(text: str) -> str:
    line = " ".join(text.split())
    return line if _STATED.search(line) else ""


def _first_word(text: str) -> str:
    match = re.search(r"\w+", text)
    return match[0].lower() if match else ""


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Words, numbers and marks, and whether each opens a sentence, where a capital says nothing."""
    opening = True
    for match in _TOKEN.finditer(separated(text)):
        token = match[0]
        inner_capital = any(letter.isupper() for letter in token[1:])
        yield token, opening and not inner_capital
        opening = token in ".!?:" or (opening and not token[0].isalnum())


def _negates(word: str) -> bool:
    return word in DENYING or word.endswith(("n't", "n’t"))


def _term(word: str) -> str:
    """The stem of a word or the plain notation of a number; "" for what says nothing by itself."""
    if word[:1].isdigit():
        return _plain(word)
    if not word[:1].isalpha() or word in EMPTY or _negates(word):
        return ""
    return NUMERALS.get(word) or str(_STEMMER.stemWord(word))


def _plain(number: str) -> str:
    """1,000 and 1000 are one number; so are 5.50 and 5.5."""
    number = re.sub(r",(?=\d{3}(?!\d))", "", number)
    return re.sub(r"\.0+$|(?<=\.\d)0+$", "", number)
