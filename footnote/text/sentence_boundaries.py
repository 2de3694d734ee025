"""Full stops that end no sentence, though sentencex takes them for the end of one.

It is asked for English, whatever the text is in. A few rules that hold in most languages put together
what it takes apart; in doubt they do, for a sentence too long says more than two halves of one.
"""

from __future__ import annotations

import re

NEAR = 16
"""Characters that tell what a full stop stands behind."""

NAME = re.compile(r"(^|\s)\.$")
"""As .NET and ./configure begin."""
LEADING = re.compile(
    r"\b(approx|aprox|av|bzw|chap|excl|exkl|incl|inkl|ggf|ul|vgl|vol|zzgl|św|рис|св|см|ул)\.\s+$",
    re.IGNORECASE,
)
"""Abbreviations that never stand last."""
NUMBERED = re.compile(
    r"(\b(abs|art|cap|eqs?|est|ext|figs?|kap|max|min|págs?|refs?|sec|tab|tel|стр|табл)|str)\.\s+$",
    re.IGNORECASE,
)
"""Those that a number may follow; German streets end with `str`."""
SHORT = re.compile(r"(?<![\w'’])([^\W\d_]{1,3}|\d{1,4})\.[^\S\r\n]+$")
"""What may be an abbreviation or an ordinal; at the end of a line it is seldom one."""
INITIAL = re.compile(r"(?<!\w)(?P<letter>[^\W\d_a-zA-Z])\.\s+$")
"""Of a name in another script than sentencex looks for."""
ORDINAL = re.compile(r"\b\d{1,2}\.\s+$")
COUNTED = (
    *("Jan", "Jän", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"),
    "Jah",
)
"""How the German words begin that an ordinal stands before, and that are written with a capital."""


def is_false_boundary(text: str, start: int, at: int) -> bool:
    """Whether the sentence that starts at `start` goes on at `at`, behind a full stop.

    Nothing but the three characters there matters of what follows, so that a text that is still arriving
    is cut as it will be.
    """
    end, following = text[max(start, at - NEAR) : at], text[at : at + 3]
    if NAME.search(end) or LEADING.search(end):
        return True
    if following[0].isdigit():
        return NUMBERED.search(end) is not None
    if following[0].islower():
        return SHORT.search(end) is not None and not text[start].islower()
    if ORDINAL.search(end):
        return any(word.startswith(following) for word in COUNTED)
    initial = INITIAL.search(end)
    return initial is not None and initial["letter"].isupper()
