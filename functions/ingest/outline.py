"""The outline of a document: which page and which headings each part of it is under."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter

from functions.ingest.lists import introduction
from functions.ingest.parsers.document import Document, Heading


class Outline:
    def __init__(self, document: Document) -> None:
        self._prefix = (*_informative_breadcrumbs(document), document.title)
        self._text = document.text
        self._pages = document.pages
        self._offsets = [heading.offset for heading in document.headings]
        self._paths = _paths(document.headings)
        self._marks = sorted(
            [(offset, 0, "") for offset in document.pages]
            + [(heading.offset, heading.level, heading.title) for heading in document.headings]
        )

    def page(self, offset: int) -> int | None:
        """The page of the character at `offset`, from 1; None if the format has no pages."""
        return bisect_right(self._pages, offset) if self._pages else None

    def path(self, offset: int) -> tuple[str, ...]:
        """Titles of the headings above the character at `offset`, the top one first, and what introduces
        the list if an item begins there."""
        above = self._paths[bisect_right(self._offsets, offset)]
        introduced = introduction(self._text, offset)
        return (*above, introduced) if introduced else above

    def context(self, path: tuple[str, ...]) -> str:
        """What is embedded with the text below a path: breadcrumbs, title and path."""
        return " > ".join(dict.fromkeys((*self._prefix, *path)))

    def marks(self, start: int, end: int) -> tuple[tuple[int, int, str], ...]:
        """The headings and pages that start in the range."""
        first, last = (bisect_left(self._marks, at, key=itemgetter(0)) for at in (start, end))
        return tuple(self._marks[first:last])


def _informative_breadcrumbs(document: Document) -> Iterator[str]:
    """The breadcrumbs with words that are not in the title."""
    title_words = _words(document.title)
    return (crumb for crumb in document.breadcrumbs if not _words(crumb) <= title_words)


def _words(text: str) -> set[str]:
    return set(re.split(r"[\W_]+", text.lower()))


def _paths(headings: Sequence[Heading]) -> list[tuple[str, ...]]:
    """At index N, the heading path after the first N headings, from the top."""
    path: list[Heading] = []
    paths: list[tuple[str, ...]] = [()]
    for heading in headings:
        path = [above for above in path if above.level < heading.level] + [heading]
        paths.append(tuple(above.title for above in path))
    return paths
