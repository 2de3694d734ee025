"""The headers and footers of a PDF: lines that several pages have at the same place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from functions.ingest.parsers.pdf.page_layout import Line, clear

MAX_LINES = 3
"""Lines of a header or footer."""

_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Page:
    running: list[str]
    """The header and the footer, line by line, without lines of numbers only."""
    body: list[Line]


class RunningLines:
    """Counts the lines at the edges of all pages, numbered from 0, to know those that recur."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, str]] = Counter()

    def add(self, number: int, lines: Sequence[Line]) -> None:
        """Count the lines of a page."""
        self._counts.update(
            {key for edge in _edges(lines) for line in edge for key in _keys(line, number)}
        )

    def separate(self, number: int, lines: Sequence[Line]) -> Page:
        """A page with its header and footer apart, so that they do not interrupt its sentences."""

        def is_repeated(line: Line) -> bool:
            return any(self._counts[key] > 1 for key in _keys(line, number))

        running = {id(line): line for edge in _edges(lines) for line in takewhile(is_repeated, edge)}
        return Page(
            [clear(line.text) for line in running.values() if any(map(str.isalpha, line.text))],
            [line for line in lines if id(line) not in running],
        )


def _edges(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines that may be a header, from the top down, and a footer, from the bottom up."""
    upwards = sorted(lines, key=lambda line: line.baseline)
    return upwards[-MAX_LINES:][::-1], upwards[:MAX_LINES]


def _keys(line: Line, number: int) -> Iterator[tuple[int, str]]:
    """Place and text of the line: as it is, and with each number relative to that of the page."""
    at, text = round(line.baseline), line.text
    yield at, text
    for found in _NUMBER.finditer(text):
        yield at, f"{text[: found.start()]}{{{int(found.group()) - number}}}{text[found.end() :]}"
