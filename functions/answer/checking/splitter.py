"""Splits a text that arrives in pieces into statements."""

from __future__ import annotations

import re
from itertools import pairwise

from footnote.text.sentences import sentences
from functions.answer.checking.markers import ONLY_MARKERS, skip_markers

_LINE_END = re.compile(r"(?<=\S)(?=[^\S\n]*\n\s*[^\s\[【])")
_MARKUP = re.compile(r"[\[\]【<!`]|https?:|ftp:|www\.", re.IGNORECASE)
_LINK_MARKUP = "([:"
"""Directly after a statement, each would turn the marker at its end into a link."""
_EMPHASIS = re.compile(r"(?<![\w*])[*_]+(?=\w)|(?<=\S)[*_]+(?!\w)")
_OPEN_BRACKET = re.compile(r"[\[【][^\[\]【】\n]*$")
MAX_BRACKET = 40
"""Characters after an open bracket in which no statement ends."""
_WHOLE_WORDS = re.compile(r".*[^\s|](?=\s)", re.DOTALL)
"""Without the bar that ends a row of a table, before which a marker may be put."""


class StatementSplitter:
    """A statement is a sentence with the space before it and the markers after it.

    The statements joined are the text.
    """

    def __init__(self) -> None:
        self.pending = ""
        """The statement that has not arrived whole."""
        self.stable = ""
        """The start of `pending` that no later text can change: whole words without markup."""

    def feed(self, text: str) -> list[str]:
        """The statements that are now complete."""
        self.pending += text
        found = []
        while end := _LINE_END.search(self.pending):
            found += self._take([*self._cuts(self.pending[: end.start()]), end.start()])
        found += self._take(self._cuts(_without_partial_word(self.pending)))
        self.stable = _stable(self.pending)
        return found

    def close(self) -> list[str]:
        """The rest of the text."""
        return self._take([*self._cuts(self.pending), len(self.pending)]) if self.pending else []

    def _take(self, cuts: list[int]) -> list[str]:
        edges = [0, *cuts]
        found = [self.pending[start:end] for start, end in pairwise(edges)]
        self.pending = self.pending[edges[-1] :]
        if found:
            self.stable = ""
        return found

    def _cuts(self, line: str) -> list[int]:
        """The ends of the statements that are followed by another on the same line.

        None is within the stable start: once more of a line has arrived, it might be cut differently.
        """
        ends = {
            skip_markers(line, _without_opening_quotes(line, end))
            for (_, end), _ in pairwise(sentences(_EMPHASIS.sub(_blank, line)))
        }
        # The empty string is in _LINK_MARKUP, too: at the end of the line further markers may follow.
        return [
            end
            for end in sorted(ends)
            if end >= len(self.stable)
            and line[end : end + 1] not in _LINK_MARKUP
            and not ONLY_MARKERS.fullmatch(line, end)
            and not _OPEN_BRACKET.search(line, max(0, end - MAX_BRACKET), end)
        ]


def _blank(markup: re.Match[str]) -> str:
    """Blanks in the place of emphasis, which would hide abbreviations and the labels of a list."""
    return " " * len(markup[0])


def _without_partial_word(text: str) -> str:
    """The text up to a full stop before a partial word: `Dr. By` may become `Dr. Byron`."""
    before = text.rpartition(" ")[0]
    return before if before.rstrip().endswith(".") else text


def _without_opening_quotes(line: str, end: int) -> int:
    """The end of a sentence, before any quotation marks there that open the next one."""
    words = line[:end].rstrip("\"'“«")
    return len(words.rstrip()) if words[-1:].isspace() else end


def _stable(text: str) -> str:
    markup = _MARKUP.search(text)
    words = _WHOLE_WORDS.match(text[: markup.start()] if markup else text)
    return words[0] if words else ""
