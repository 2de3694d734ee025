"""Puts brackets around markers that models write without: (source 1), passage 1, ¹, <sup>1</sup>."""

from __future__ import annotations

import re
from collections.abc import Sequence

from footnote.contracts import Passage

CONTEXT = 40
"""Characters before a marker that tell whether it is one."""
LONGEST = 32
"""Characters of a marker."""
_RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NUMBERS = r"\s+#?\d{1,2}(?:(?:\s*[,&–-]\s*|\s+and\s+)\d{1,2})*"
_RANGE = r"\d+(?:\s*[–-]\s*\d+)?"
_LABEL = r"(?:passage|source|document|excerpt)s?"

_RAISED = "[⁰¹²³⁴-⁹]"
_WORD = r"[^\W\d_]{4}"
_END = r"[.,;:!?)\]\"”’。，⁰¹²³⁴-⁹]"

_SIGNS = (*"(⁰¹²³⁴⁵⁶⁷⁸⁹", "<sup", "assage")
"""A text without any of them has no such marker: the regular expression is not compiled for it."""

# After a short word a raised digit is an exponent, as in km².
_MARKER = (
    rf"(?i)(?P<note>\((?:see\s+)?{_LABEL}{_NUMBERS}\))|(?P<words>\bpassages?{_NUMBERS}(?![.,]?\w|%))"
    rf"|(?:(?<={_WORD})|(?<={_WORD}\s)|(?<={_END})|(?<={_END}\s))"
    rf"(?:{_RAISED}{{1,2}}|<sup>\s*\d{{1,2}}\s*</sup>)"
)
_MAY_GO_ON = r"(?i)[(<]|\bpassages?\b|\w+$"


class BareMarkers:
    """Takes a text in pieces, and returns it with [1] for such a marker of passages[0]."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._before = ""
        """The end of the text that was returned, as it was."""
        self._held = ""
        """The end of the text that may go on as a marker."""

    def feed(self, text: str) -> str:
        text = self._held + text
        start = max(0, len(text) - LONGEST)
        held = re.search(_MAY_GO_ON, text[start:])
        end = start + held.start() if held else len(text)
        self._held = text[end:]
        return self._bracketed(text[:end])

    def close(self) -> str:
        """The rest of the text."""
        return self._bracketed(self._held)

    def _bracketed(self, text: str) -> str:
        known, joined = len(self._before), self._before + text
        self._before = joined[-CONTEXT:]
        if not any(sign in text for sign in _SIGNS):
            return text
        found = (one for one in re.finditer(_MARKER, joined) if one.start() >= known)
        pieces, at = list[str](), known
        for match in found:
            pieces += joined[at : match.start()], self._marker(match)
            at = match.end()
        return "".join(pieces) + joined[at:]

    def _marker(self, match: re.Match[str]) -> str:
        before, found = match.string[: match.start()][-CONTEXT:], match[0]
        plain = re.sub(r"(?i)\s*</?sup>\s*", "", found.translate(_RAISED_DIGITS))
        numbers = map(int, re.findall(r"\d+", plain))
        in_brackets = before.rfind("[") > before.rfind("]")
        if in_brackets or self._is_quoted(before, found) or not all(map(self._is_known, numbers)):
            return found
        if match["note"]:
            return f"[{', '.join(re.findall(_RANGE, plain))}]"
        return re.sub(_RANGE, r"[\g<0>]", plain)

    def _is_known(self, number: int) -> bool:
        return 1 <= number <= len(self._passages)

    def _is_quoted(self, before: str, found: str) -> bool:
        """Whether a passage has the same, after the same word if it is a raised digit."""
        text = found.strip("()") if "(" in found or found[0].isalpha() else before[-8:] + found
        return any(text.lower() in passage.text.lower() for passage in self._passages)
