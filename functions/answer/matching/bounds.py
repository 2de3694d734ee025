"""Bounds: whether a number is said to be the most or the least of something."""

from __future__ import annotations

import re
from collections.abc import Sequence

from functions.answer.matching.vocabulary import CONTRACTED_NOT, STOP_WORDS

_MORE = """
more than; greater than; larger than; bigger than; higher than; longer than; later than; older than; over
above; exceed; exceeds; exceeded; exceeding; mehr als; länger als; größer als; höher als; später als
über; plus de; más de
"""
_LESS = """
less than; fewer than; lower than; smaller than; shorter than; earlier than; younger than; under; below
weniger als; kürzer als; kleiner als; früher als; unter; moins de; menos de
"""
_AT_MOST = """
at most; up to; maximum; maximum of; höchstens; maximal; bis zu; au plus; jusqu'à; jusqu’à
como máximo; máximo de; a lo sumo; hasta
"""
_AT_LEAST = """
at least; minimum; minimum of; mindestens; wenigstens; au moins; al menos; por lo menos
como mínimo; mínimo de
"""
_OR_LESS = "or less; or fewer; oder weniger; ou moins; o menos"
_OR_MORE = "or more; oder mehr; ou plus; o más"
_NOT = ("not", "cannot", "never", "nicht", "nie", "pas", "jamais", "nunca")
_NO = (*_NOT, "no", "without", "ohne", "sans", "sin")
_AUXILIARIES = ("be", "been", "being", "have")
_OPPOSITE = {"most": "least", "least": "most"}


def _phrases(listed: str, bound: str) -> dict[tuple[str, ...], str]:
    return {tuple(phrase.split()): bound for phrase in re.split("[;\n]", listed.strip())}


_COMPARATIVES = _phrases(_MORE, "least") | _phrases(_LESS, "most")
_BOUNDS = _COMPARATIVES | _phrases(_AT_MOST, "most") | _phrases(_AT_LEAST, "least")
_LONGEST = max(map(len, _BOUNDS))
_ALTERNATIVES = _phrases(_OR_LESS, "most") | _phrases(_OR_MORE, "least")
_BEHIND = _phrases(_AT_MOST, "most") | _phrases(_AT_LEAST, "least") | _ALTERNATIVES
_THAN = ("than", "als", "que", "de")
_UNIT = 2
"""Words, at most, between a number and a bound behind it."""
_REACH = 8
"""Words before a number that are read."""


def find_bound(before: Sequence[str]) -> tuple[str, bool]:
    """The bound of a number behind these words, "most", "least" or none, and whether it takes a negator.

    "not more than 30" says "at most 30" and negates nothing; nor does "does not take more than 30".
    """
    words = [word for word in before[-_REACH:] if word not in _AUXILIARIES]
    for size in range(_LONGEST, 0, -1):
        phrase = tuple(words[-size:])
        if bound := _BOUNDS.get(phrase):
            negated = phrase in _COMPARATIVES and _is_negated(words[:-size], phrase)
            return (_OPPOSITE[bound] if negated else bound), negated
    return "", False


def find_bound_behind(words: Sequence[str], behind: int, following: str) -> str:
    """The bound at the end of these words, of which those from `behind` on are behind a number, as in
    "30 days at most" and "30 or more"; empty if there is none.

    `following`: the next word. "30 files at most 5 MB each" and "30 or more than 40" have none of 30.
    """
    count = len(words) - behind
    for size in range(max(1, count - _UNIT), min(count, _LONGEST) + 1):
        phrase = tuple(words[-size:])
        ends = following not in _THAN if phrase in _ALTERNATIVES else not following[:1].isalnum()
        if ends and phrase in _BEHIND:
            return _BEHIND[phrase]
    return ""


def _is_negated(before: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether a negator is directly before the phrase, or before the verb there.

    "not waterproof over 30" has no verb there, and "not kept for more than 30" may mean another thing.
    """
    *_, adverb, verb = ("", "", *before)
    if verb in _NO or verb.endswith(CONTRACTED_NOT):
        return True
    is_verb = len(phrase) > 1 and verb.isalpha() and verb not in STOP_WORDS
    return is_verb and (adverb in _NOT or adverb.endswith(CONTRACTED_NOT))
