"""A sentence that may answer a question, with those without which it says too little."""

from __future__ import annotations

import re
from dataclasses import dataclass

from functions.answer.matching.corpus import Source
from functions.answer.matching.sentence import Sentence

_HEADING_MARK = re.compile(r"^#+\s+")


@dataclass(frozen=True, slots=True)
class Candidate:
    number: int
    """The number of its passage, from 1."""
    source: Source
    index: int
    """Its index among the passage's sentences."""
    parts: tuple[range, ...]
    """The sentences that are quoted, each part on a line."""
    score: float

    @property
    def sentence(self) -> Sentence:
        return self.source.unnumbered(self.index)

    @property
    def lines(self) -> list[str]:
        return [self._line(part) for part in self.parts]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def terms(self) -> frozenset[str]:
        """Those of all that is quoted."""
        quoted = (self.source.sentences[index] for part in self.parts for index in part)
        return frozenset[str]().union(*(sentence.terms for sentence in quoted))

    @property
    def is_list(self) -> bool:
        """Whether a whole list is quoted."""
        return any(part.start > self.index for part in self.parts) or len(self.parts) > 2

    def _line(self, part: range) -> str:
        text = self.source.text(part.start, part.stop)
        return _HEADING_MARK.sub("", text) if len(part) > 1 else text


def quoted_parts(source: Source, index: int, *, whole: bool, question: bool) -> tuple[range, ...]:
    """What is quoted with a sentence: `question`, the one that it replies to; `whole`, its list, with
    what is to be done before.
    """
    items = source.lists.get(index)
    if items is None:
        return (range(index - question, index + 1),)
    leads = items.introduced or (whole and source.is_declarative(items.first - 1))
    above = range(items.first - leads, items.first)
    quoted = items.sentences if whole or index in above else range(index, index + 1)
    return tuple(range(one, one + 1) for one in (*above, *quoted))
