"""Footnote markers in a text: [1], [1, 2], [1-3], [1][2], [[1]], [passage 1], [cite: 1], 【1†source】.

Brackets in a code span are code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBERS = r"\^?(?:\d{1,2}\s*[-–]\s*\^?\d{1,2}|\d{1,4})"
_SOURCE = r"(?::\d+)?†[^\[\]【】\n]*"
"""What some models of OpenAI add: 【1:0†notes.txt】."""
_NAMES = "passage|source|document|doc|citation|cite|reference|ref|footnote"
_NAME = rf"(?:{_NAMES})s?(?:\s*[:.]\s*|\s+|(?=\#))"
_LABEL = rf"(?:{_NAME})?(?:number\s+|no\.\s*)?\#?"
_AND = r"\s*(?:[,;&]|and\s)\s*"
_OPEN, _CLOSE = r"(?:\\?[\[【]){1,2}", r"(?:\\?[\]】]){1,2}"
MARKER = rf"{_OPEN}(?:(?:(?<!\d)|(?<=\d){_AND}){_LABEL}{_NUMBERS})+(?:{_SOURCE})?{_CLOSE}"
"""For use in a regular expression that ignores case. Every repeated part costs a start of answer time,
which compiles it."""
_RAISED = rf"(?:<sup>\s*)?{MARKER}(?:\s*</sup>)?"
_NOTE = r"\(?(?:sources?|references?|see):?"
_TAIL = re.compile(
    rf"""(?:
      [*_]++(?!\w)
    | [^\S\n]*(?:(?<=\s){_NOTE}[^\S\n]*)?{_RAISED}(?:\([^()\s]*\))?
    | (?<=[\]】])(?:[^\S\n]*[,;/][^\S\n]*{_RAISED}|\)?\.(?!\w)|\))
    )*""",
    re.IGNORECASE | re.VERBOSE,
)
_CODE_OR_GROUP = re.compile(
    rf"`[^`\n]*`|(?P<group>(?:(?<!\s)\s*)?{_RAISED}(?:(?:\s*(?:[,;/&]|and)\s*|\s*){_RAISED})*)",
    re.IGNORECASE,
)
"""A group begins with all the space before it: a long run of space is read once, not from each blank."""
_MARKERS = re.compile(MARKER, re.IGNORECASE)
_RANGE = re.compile(r"(\d+)(?:\s*[-–]\s*\^?(\d+))?")
ONLY_MARKERS = re.compile(
    rf"(?:{MARKER}|{_NOTE}|</?(?:s(?:up?)?>?)?|[\s,;/.])*(?:\\|{_OPEN}[^\[\]【】\n]{{0,40}})?",
    re.IGNORECASE,
)
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
    """The end of the markers that follow `at` on its line, of notes such as (Source: [1]), and of the
    emphasis that ends there."""
    tail = _TAIL.match(text, at)
    return tail.end() if tail else at


def segments(text: str) -> list[Segment]:
    """The text, cut after each group of markers."""
    found, at = [], 0
    for match in _CODE_OR_GROUP.finditer(text):
        group = match["group"]
        if group is None:
            continue
        gap = group[: len(group) - len(group.lstrip())]
        numbers = dict.fromkeys(_numbers(group))
        found.append(Segment(text[at : match.start()], gap, tuple(numbers)))
        at = match.end()
    if at < len(text):
        found.append(Segment(text[at:], "", ()))
    return found


def _numbers(group: str) -> Iterator[int]:
    for marker in _MARKERS.findall(group):
        for first, last in _RANGE.findall(re.sub(_SOURCE, "", marker)):
            yield from range(int(first), int(last or first) + 1)
