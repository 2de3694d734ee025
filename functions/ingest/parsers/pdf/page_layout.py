"""The layout of a page of a PDF: its lines, the columns they stand in, and the paragraphs they make."""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from functions.ingest.parsers.document import superscript

HYPHEN = "\x02"
"""pdfium writes it for the hyphen of a word that is divided at a line's end."""
CELL = "\x03"
"""Between the cells of a row."""
SYMBOL_BULLET = "\uf0b7"
"""What the font Symbol has in the place of a bullet."""
FULL_LINE = 0.6
"""A line that is shorter than this share of the longest one in its column ends a paragraph."""
WIDE_GAP = 1.4
"""A line that is further above the next one than this many times what is usual ends a paragraph."""
NEARBY = 3
"""Lines before and after that tell what distance is usual."""
MIN_COLUMN = 0.1
"""Share of a page's lines that begin at the left edge of a column."""
SAME_EDGE = 3
"""Points by which the lines of a column begin apart."""

MIN_RAISE, MAX_RAISE = 1, 6
"""Points by which a superscript is raised."""

_PUNCTUATION = re.compile(r"[,.;:!?)\]]")
_SENTENCE_END = re.compile(r"[.!?:;…]\W{,4}\Z")
_BULLET = re.compile(rf"[•‣◦▪●○■□{SYMBOL_BULLET}]")
_LABEL = re.compile(r"(\d{1,3}(\.\d{1,3})+\.?|\d{1,3}[.)]|\(?[a-z]\))\s")
"""The number of a clause or an item."""
_LEADER = re.compile(r"\s?(\.\s?){4,}")
"""The dots between a heading and its page number in a table of contents."""
_DIVISION = re.compile(rf"(?<=\w){HYPHEN}(?=\w)")
"""Elsewhere the character stands for a symbol that pdfium does not know."""
_DIVIDED_WORD = re.compile(rf"(?<!\S)\S+{HYPHEN}\S+")


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    """Ends with HYPHEN if its last word is divided."""
    left: float
    """Places are in points. They grow to the right and upwards on the page as it is shown."""
    right: float
    """Where the last character begins."""
    start: float
    """The height of the first character's baseline."""
    end: float
    """That of the last character's."""

    @property
    def baseline(self) -> float:
        return min(self.start, self.end)


def whole_lines(lines: Iterable[Line]) -> list[Line]:
    """The lines, with those joined that stand side by side: pdfium divides a line at superscripts."""
    whole: list[Line] = []
    for line in lines:
        if whole and _is_beside(whole[-1], line):
            before = whole.pop()
            raised = line.start > before.end + MIN_RAISE
            space = superscript.MARK if raised else "" if _PUNCTUATION.match(line.text) else " "
            text = before.text + space + line.text
            line = Line(text, before.left, line.right, before.start, line.end)
        whole.append(line)
    return whole


def _is_beside(before: Line, after: Line) -> bool:
    raised = abs(after.start - before.end)
    return not before.text.endswith(HYPHEN) and raised < MAX_RAISE and after.left > before.right


def paragraphs(lines: Sequence[Line]) -> list[str]:
    """The paragraphs of a page, with divided words joined."""
    found: list[list[str]] = [[]]
    for line, is_last in zip(lines, _ends(lines), strict=True):
        found[-1].append(line.text if line.text.endswith(HYPHEN) else f"{line.text} ")
        if is_last:
            found.append([])
    return [clear(_joined("".join(texts))) for texts in found if texts]


def clear(text: str) -> str:
    """The text of lines without marks."""
    marked = text.replace(CELL, " | ").replace(SYMBOL_BULLET, "•")
    return _LEADER.sub(" … ", superscript.resolve(marked))


def goes_on(lines: Sequence[Line]) -> bool:
    """Whether the last paragraph of a page seems to go on on the next one."""
    return bool(lines) and not _shorts(lines)[-1] and not _SENTENCE_END.search(lines[-1].text[-5:])


def _joined(text: str) -> str:
    return _DIVIDED_WORD.sub(_joined_word, text).strip()


def _joined_word(word: re.Match[str]) -> str:
    """The word joined; a hyphen stays if the word has others, or before a digit or a capital."""
    first, *others = _DIVISION.split(word.group())
    compound = "-" in word.group()
    return first + "".join(part if part[0].islower() and not compound else f"-{part}" for part in others)


def _ends(lines: Sequence[Line]) -> Iterator[bool]:
    """Whether each line is the last one of a paragraph."""
    shorts = _shorts(lines)
    gaps = [before.baseline - after.baseline for before, after in pairwise(lines)]
    for at, line in enumerate(lines):
        usual = median_low(map(abs, gaps[max(0, at - NEARBY) : at + NEARBY + 1] or [0]))
        yield not line.text.endswith(HYPHEN) and (
            shorts[at]
            or bool(_LEADER.search(line.text))
            or any(gap > WIDE_GAP * usual for gap in gaps[at : at + 1])
            or any(_begins_item(line, after) for after in lines[at + 1 : at + 2])
            or any(CELL in each.text for each in lines[at : at + 2])
        )


def _begins_item(before: Line, line: Line) -> bool:
    """Whether an item or a clause begins: a number may also be one that a sentence has."""
    is_clause = _LABEL.match(line.text) and _SENTENCE_END.search(before.text[-5:])
    return bool(is_clause or _BULLET.match(line.text))


def _shorts(lines: Sequence[Line]) -> list[bool]:
    """Whether each line leaves much of its column empty."""
    edges = _edges(lines)
    columns = [(bisect(edges, line.left + SAME_EDGE), bisect_left(edges, line.right)) for line in lines]
    longest: dict[tuple[int, int], int] = defaultdict(int)
    for line, column in zip(lines, columns, strict=True):
        longest[column] = max(longest[column], len(line.text))
    return [
        len(line.text) < FULL_LINE * longest[column] for line, column in zip(lines, columns, strict=True)
    ]


def _edges(lines: Sequence[Line]) -> list[float]:
    """Where the columns begin after the first: where the text goes on further up and to the right."""
    begins = Counter(round(line.left) for line in lines)

    def is_column(edge: float) -> bool:
        nearby = range(round(edge) - SAME_EDGE, round(edge) + SAME_EDGE + 1)
        return sum(begins[at] for at in nearby) >= MIN_COLUMN * len(lines)

    edges = {
        after.left
        for before, after in pairwise(lines)
        if after.baseline > before.baseline and after.left > before.right
    }
    return sorted(filter(is_column, edges))
