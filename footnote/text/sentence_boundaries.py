"""Detection of false sentence boundaries: full stops that sentencex takes for the end of a sentence.

sentencex is always asked for English. A few rules that hold in most languages join what it splits
wrongly. When in doubt they join, since a sentence that is too long says more than two halves of one.
"""

from __future__ import annotations

import re

CONTEXT = 16
"""Characters up to the boundary that the rules look at."""

LEADING_DOT = re.compile(r"(^|\s)\.$")
"""As in .NET and ./configure."""
NEVER_LAST = re.compile(
    r"\b(abb|anl|approx|aprox|av|bspw|bzw|chap|dott|evtl|excl|exkl|incl|inkl|gez|ggf|mio|mrd|sig|sog|sra"
    r"|tsd|ul|vgl|vol|zzgl|św|рис|св|см|ул)\.\s+$|\bdipl\.\s*$",
    re.IGNORECASE,
)
"""Abbreviations that never end a sentence."""
BEFORE_NUMBER = re.compile(
    r"(\b(abs|art|cap|eqs?|est|ext|figs?|kap|max|min|págs?|refs?|sec|tab|tel|стр|табл)|str)\.\s+$",
    re.IGNORECASE,
)
"""Abbreviations that a number may follow; names of German streets end with `str.`."""
SHORT = re.compile(r"(?<![\w'’])([^\W\d_]{1,3}|\d{1,4})\.[^\S\r\n]+$")
"""What may be an abbreviation or an ordinal. At the end of a line it seldom is one."""
INITIAL = re.compile(r"(?<!\w)(?P<letter>[^\W\d_a-zA-Z])\.\s+$")
"""The initial of a name, in a script that sentencex does not know."""
ORDINAL = re.compile(r"\b\d{1,2}\.\s+$")
AFTER_ORDINAL = (
    *("Jan", "Jän", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"),
    "Jah",
)
"""First letters of capitalized German words that may follow an ordinal: months and centuries."""


def is_false_boundary(text: str, start: int, at: int) -> bool:
    """Whether the sentence that starts at `start` continues at `at`, after a full stop.

    Of the text after `at`, only three characters are looked at, so that a text that is still arriving is
    split as the whole text will be.
    """
    end, following = text[max(start, at - CONTEXT) : at], text[at : at + 3]
    if LEADING_DOT.search(end) or NEVER_LAST.search(end):
        return True
    if following[0].isdigit():
        return BEFORE_NUMBER.search(end) is not None
    if following[0].islower():
        return SHORT.search(end) is not None and not text[start].islower()
    if ORDINAL.search(end):
        return any(word.startswith(following) for word in AFTER_ORDINAL)
    initial = INITIAL.search(end)
    return initial is not None and initial["letter"].isupper()
