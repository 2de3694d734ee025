"""The words of a question that say what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from footnote.text.normalization import WORD, separate_words

LIMIT = 64
"""Words of one question that are looked up; the rest of a very long one is left out."""
GAP = 1
"""Words that may stand between two neighbours."""

_WORD = re.compile(rf"{WORD}(?:['’.]{WORD}|(?<=\d),\d+)*")
_POSSESSIVE = re.compile(r"['’]s$")
_STOP_WORDS = """
a about above after again against all am an and any are as at be because been before being below
between both but by can could did do does doing down during each few for from further had has have
having he her here hers herself him himself his how i if in into is it its itself just me more most
my myself no nor not now of off on once only or other our ours ourselves out over own same she
should so some such than that the their theirs them themselves then there these they this those
through to too under until up very was we were what when where which while who whom whose why
will with would you your yours yourself yourselves
"""
_STOP = frozenset(_STOP_WORDS.split())


def words(text: str) -> list[str]:
    """The distinct words of `text` in lower case, stop words left out, at most LIMIT of them."""
    spoken = (_POSSESSIVE.sub("", word.lower()) for word in _WORD.findall(separate_words(text)))
    return list(dict.fromkeys(word for word in spoken if word.strip("_") and word not in _STOP))[:LIMIT]


def neighbours(words: Sequence[str]) -> list[tuple[str, str]]:
    """Each word and the next: a passage that has both, with at most GAP between, says more."""
    return list(pairwise(words))
