"""Typing errors in a question: words that no document has, and that resemble a word of the passages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import takewhile

from footnote.contracts import RetrieveResponse
from functions.answer.matching.sentence import Sentence

MIN_LETTERS = 5
"""Of both words: many shorter ones differ by a single letter."""

_WORD = r"[^\W\d_]+"

Corrections = Mapping[str, str]
"""What to read, by the words of the question; all in lower case."""


def find_corrections(question: str, found: RetrieveResponse) -> Corrections:
    """Corrections of the unknown words that resemble one word of the passages, and no other."""
    unknown = [word for word in found.unknown if len(word) >= MIN_LETTERS and word.isalpha()]
    if not unknown:
        return {}
    texts = (text for hit in found.hits for text in (hit.title, *hit.headings, hit.text))
    known = {word for text in texts for word in re.findall(_WORD, text.lower())}
    names = Sentence.parse(question).names
    corrections: dict[str, str] = {}
    for word in unknown:
        is_name = Sentence.parse(word).terms <= names
        similar = [other for other in known if _is_similar(word, other, may_replace=not is_name)]
        if len({Sentence.parse(other).terms for other in similar}) == 1:
            corrections[word] = min(similar)
    return corrections


def correct(text: str, corrections: Corrections) -> str:
    """The text with the corrections, which keep the capital of a word."""

    def read(match: re.Match[str]) -> str:
        correction = corrections.get(match[0].lower(), "")
        return (correction.capitalize() if match[0][0].isupper() else correction) or match[0]

    return re.sub(_WORD, read, text) if corrections else text


def _is_similar(word: str, other: str, *, may_replace: bool) -> bool:
    """Whether they begin alike, and differ by a letter that is missing or swapped with the next; or that
    is another, which in a name makes another name: Marta is not Maria."""
    pairs = zip(word, other, strict=False)
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if not common or len(other) < MIN_LETTERS:
        return False
    one, two = word[common:], other[common:]
    missing = one[1:] == two or one == two[1:]
    swapped = one[:2] == two[1::-1] and one[2:] == two[2:]
    return missing or swapped or (may_replace and one[1:] == two[1:])
