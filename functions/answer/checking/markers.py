"""Footnote markers in a text: [1], [1, 2], [1][2], 【1】. Brackets in a code span are code."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKER = r"[\[【]\^?\d{1,4}(?:\s*[,;]\s*\^?\d{1,4})*[\]】]"
_ON_THE_LINE = re.compile(rf"(?:[^\S\n]*{_MARKER})+")
_CODE_OR_GROUP = re.compile(rf"`[^`\n]*`|(?P<group>(?:(?<!\s)\s*)?{_MARKER}(?:\s*{_MARKER})*)")
"""A group begins with all the space before it: a long run of space is read once, not from each blank."""
ONLY_MARKERS = re.compile(r"[\[【][\s\d,;^\[\]【】]*")
"""Text that is, or may become, markers and nothing else."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text and the markers that follow it."""

    text: str
    gap: str
    """The space between the two."""
    numbers: tuple[int, ...]
    """Empty for text that no marker follows."""


def skip_markers(text: str, at: int) -> int:
    """The end of the markers that follow `at` on its line, or `at` itself."""
    markers = _ON_THE_LINE.match(text, at)
    return markers.end() if markers else at


def segments(text: str) -> list[Segment]:
    """The text, cut after each group of markers."""
    found, at = [], 0
    for match in _CODE_OR_GROUP.finditer(text):
        group = match["group"]
        if group is None:
            continue
        gap = group[: len(group) - len(group.lstrip())]
        numbers = dict.fromkeys(map(int, re.findall(r"\d+", group)))
        found.append(Segment(text[at : match.start()], gap, tuple(numbers)))
        at = match.end()
    if at < len(text):
        found.append(Segment(text[at:], "", ()))
    return found
