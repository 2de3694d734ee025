"""Tokenization of a query into its search terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from footnote.text.normalization import WORD, separate_words

MAX_TERMS = 64
"""Terms of one query that are searched for; the rest of a very long query is ignored."""
SLOP = 1
"""Other words that a match of a bigram may have between its two terms."""

_WORD = re.compile(rf"{WORD}(?:['’.]{WORD}|(?<=\d),\d+)*")
_CONTRACTION = re.compile(r"['’](?:s|d|m|ve|re|ll)$|^\w+n['’]t$")
"""The end of a word, or all of one that only negates."""
_STOP_WORDS = """
a about above after again against all am an and any are as at be because been before being below
between both but by can could did do does doing down during each few for from further had has have
having he her here hers herself him himself his how hows i if in into is it its itself just me more
most my myself no nor not now of off on once only or other our ours ourselves out over own same she
should so some such than that the their theirs them themselves then there these they this those
through to too under until up very was we were what whats when where wheres which while who whom
whos whose why will with would you your yours yourself yourselves
"""
_STOP = frozenset(_STOP_WORDS.split())


def query_terms(text: str) -> list[str]:
    """The distinct words of `text` in lower case, without stop words, at most MAX_TERMS of them."""
    words = (_CONTRACTION.sub("", word.lower()) for word in _WORD.findall(separate_words(text)))
    terms = dict.fromkeys(word for word in words if word.strip("_") and word not in _STOP)
    return list(terms)[:MAX_TERMS]


def bigrams(terms: Sequence[str]) -> list[tuple[str, str]]:
    """Each term and the next; a passage that has both close together is ranked higher."""
    return list(pairwise(terms))
