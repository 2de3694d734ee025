"""Footnote markers in a text: [1], [1, 2], [1][2], 【1】. Those in code spans are code."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKER = r"[\[【]\^?\d{1,4}(?:\s*[,;]\s*\^?\d{1,4})*[\]】]"
_ON_THE_LINE = re.compile(rf"(?:[^\S\n]*{_MARKER})+")
CODE_OR_GROUP = re.compile(rf"`[^`\n]*`|(?P<group>(?:(?<!\s)\s*)?{_MARKER}(?:\s*{_MARKER})*)")
"""A group begins with all the space before it: a long run of it is read once, not from each blank."""
ONLY_MARKERS = re.compile(r"[\[【][\s\d,;^\[\]【】]*")
"""What may be, or become, markers and nothing else."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text and the markers right behind it."""

    text: str
    gap: str
    """Space between the two."""
    numbers: tuple[int, ...]
    """Empty for text that no marker follows."""


def behind(text: str, at: int) -> int:
    """Where the markers end that follow `at` on its line; `at` itself where none does."""
    markers = _ON_THE_LINE.match(text, at)
    return markers.end() if markers else at


def parts(text: str) -> list[Part]:
    """The text cut behind each group of markers."""
    found, at = [], 0
    for match in CODE_OR_GROUP.finditer(text):
        group = match["group"]
        if group is None:
            continue
        gap = group[: len(group) - len(group.lstrip())]
        numbers = dict.fromkeys(map(int, re.findall(r"\d+", group)))
        found.append(Part(text[at : match.start()], gap, tuple(numbers)))
        at = match.end()
    if at < len(text):
        found.append(Part(text[at:], "", ()))
    return found
