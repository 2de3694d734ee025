"""Superscripts in plain text: 10⁶ must not become 106."""

from __future__ import annotations

import re

MARK = "\x01"
"""A parser writes it before a superscript."""

_EXPONENT = re.compile(rf"(?<=\d){MARK}([-+−–]?{MARK}?\d+(?:{MARK}\d+)*)")
_REFERENCE = re.compile(rf"(?<=[.,;:!?]){MARK}\d[\d,–{MARK}-]*(?=\s|$)")
"""The number of a footnote: it would keep the sentence from ending at the period before."""


def resolve(text: str) -> str:
    """Replace marks by `^` between two numbers, and remove all others and the numbers of footnotes."""
    return _EXPONENT.sub(r"^\1", _REFERENCE.sub("", text)).replace(MARK, "")
