"""Statements, cut from text while it arrives."""

from __future__ import annotations

import re
from itertools import pairwise

from footnote.text.sentences import sentences
from functions.answer.checking.markers import ONLY_MARKERS, behind

_LINE_END = re.compile(r"(?<=\S)(?=[^\S\n]*\n\s*[^\s\[【])")
_MARKUP = re.compile(r"[\[\]【<!`]|https?:|ftp:|www\.", re.IGNORECASE)
_JOINED = "([:"
"""Right behind a statement they would make a link of the marker that it ends with."""
_WHOLE_WORDS = re.compile(r".*\S(?=\s)", re.DOTALL)


class Statements:
    """Text in, statements out: sentences with the markers behind them and the space before them.

    The statements put together are the text. What is not yet a whole statement is `open`.
    """

    def __init__(self) -> None:
        self.open = ""
        self.safe = ""
        """The start of what is open that stays as it is, whatever follows: whole words, no markup."""

    def feed(self, text: str) -> list[str]:
        """The statements that are now known to be whole."""
        self.open += text
        found = []
        while end := _LINE_END.search(self.open):
            found += self._take([*self._cuts(self.open[: end.start()]), end.start()])
        found += self._take(self._cuts(self.open))
        self.safe = _safe(self.open)
        return found

    def close(self) -> list[str]:
        """What is left."""
        return self._take([len(self.open)]) if self.open else []

    def _take(self, cuts: list[int]) -> list[str]:
        edges = [0, *cuts]
        found = [self.open[start:end] for start, end in pairwise(edges)]
        self.open = self.open[edges[-1] :]
        if found:
            self.safe = ""
        return found

    def _cuts(self, line: str) -> list[int]:
        """Where statements end that are followed by another on the same line.

        None ends within what is safe: more of a line can make another sentence of its beginning.
        """
        ends = {
            behind(line, _closed(line, end))
            for (_, end), (start, _) in pairwise(sentences(line))
            if not ONLY_MARKERS.fullmatch(line[start:])
        }
        # "" is in _JOINED as well: at the end of the line, further markers may follow
        least = len(self.safe)
        return [end for end in sorted(ends) if end >= least and line[end : end + 1] not in _JOINED]


def _closed(line: str, end: int) -> int:
    """Where the sentence ends whose end this is, without quotation marks that open the next."""
    words = line[:end].rstrip("\"'“«")
    return len(words.rstrip()) if words[-1:].isspace() else end


def _safe(text: str) -> str:
    markup = _MARKUP.search(text)
    words = _WHOLE_WORDS.match(text[: markup.start()] if markup else text)
    return words[0] if words else ""
