"""Superscripts in plain text: 10⁶ must not become 106."""

from __future__ import annotations

import re

MARK = "\x01"
"""A parser writes it before a superscript."""

_EXPONENT = re.compile(rf"(?<=\d){MARK}([-+−–]?{MARK}?\d+(?:{MARK}\d+)*)")


def resolve(text: str) -> str:
    """Replace marks by `^` between two numbers, and remove all others, such as those of references."""
    return _EXPONENT.sub(r"^\1", text).replace(MARK, "")
