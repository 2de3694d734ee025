"""Sanitizes text from documents before it is printed on a terminal."""

from __future__ import annotations

import unicodedata

_CONTROL_CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINERS = "\u200c\u200d"
"""Characters of category Cf that some scripts need."""


def printable(text: str) -> str:
    """The text on one line, with � in place of each character that controls the terminal."""
    return text if text.isprintable() else "".join(map(_replace_control, text))


def _replace_control(char: str) -> str:
    is_control = char not in _JOINERS and unicodedata.category(char) in _CONTROL_CATEGORIES
    return "\ufffd" if is_control else char
