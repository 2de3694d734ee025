"""Superscripts in a line of text, where 10⁶ must not read as 106."""

from __future__ import annotations

import re

MARK = "\x01"
"""What a parser writes before a superscript."""

_EXPONENT = re.compile(rf"(?<=\d){MARK}([-+−–]?{MARK}?\d+(?:{MARK}\d+)*)")


def flat(text: str) -> str:
    """Without the marks; `^` stands where one number raises another, so not before a reference."""
    return _EXPONENT.sub(r"^\1", text).replace(MARK, "")
