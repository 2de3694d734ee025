"""What may be printed where the characters of a text steer what shows it."""

from __future__ import annotations

import unicodedata

_STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINERS = "\u200c\u200d"
"""Some scripts need them."""


def printable(text: str) -> str:
    """A name or reason on one line, with � for each character that a terminal would obey."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(char: str) -> str:
    steers = char not in _JOINERS and unicodedata.category(char) in _STEERING
    return "\ufffd" if steers else char
