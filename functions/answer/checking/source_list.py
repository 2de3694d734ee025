"""The list of its sources that a model may add to its answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from functions.answer.checking.claims import parse_claim
from functions.answer.matching.corpus import Source

_TITLE = re.compile(
    r"[\W_]*(?:sources?|references?|citations?|footnotes?|quellen?|fuentes?|fontes?|fonti|bronnen"
    r"|источники|来源|參考|参考文献|参考资料|出典|출처)(?:[*_\s]*[:：]|[*_\s]*$)",
    re.IGNORECASE,
)


class SourceList:
    """Follows an answer statement by statement.

    After the list's title, a statement is an entry if all its words are in titles and headings of the
    sources.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._begun = False

    def has(self, words: str) -> bool:
        """Whether the next statement, without its markers, belongs to the list and claims nothing."""
        title = _TITLE.match(words)
        self._begun = self._begun or title is not None
        if not self._begun and not words.lstrip().startswith(":"):
            return False
        entry = parse_claim(words[title.end() :] if title else words)
        return entry.terms - entry.numbers <= self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        """The terms of the titles and headings."""
        return frozenset({"page"}).union(*(source.context.terms for source in self._sources))
