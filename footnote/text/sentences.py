"""Sentence segmentation, for chunks, which end at sentences, and for answers, which quote them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from footnote.text import sentence_boundaries
from footnote.text.windows import Text, windowed_matches

Span = tuple[int, int]
Line = tuple[int, int, str]
"""Start, end, and kind: "blank", "prose", or "alone" for a line that is a sentence of its own."""

MAX_PARAGRAPH = 10_000
"""Characters that are segmented at once; a longer paragraph is cut at a space."""
MIN_WRAPPED = 20
"""Characters that a line has at least if it was wrapped."""

LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
FENCE = re.compile(r"(?P<space>\s*)(?:`{3,}+(?!.*`)|~{3,})(?P<info>.*)")
"""The line before or after a code block."""
HEADING = re.compile(r"\s{0,3}#{1,6}\s|\s*([=\-_*~]\s*){3,}$")
TABLE_ROW = re.compile(r"\s*\||.*\S(\t+| \| )\S")
CODE = re.compile(r"( {4}|\t)\s*((?![^\W\d_]+[.!?]$)\S*$|.*([{}=;<>\[\]$`\\|]|\w\())")
PROSE = re.compile(r"(?<!\S)([A-Za-z][a-z]*[,;:]?\s+){4}[a-z]")
"""More words in a row than code has."""
ITEM = re.compile(r"\s*([-*+•‣◦▪–]|\(?(\d{1,3}(\.\d{1,2})*|[a-zA-Z]|[ivx]{1,5})[.)])\s+(?=\S)")
TIME = r"\d+[-/:.]\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:|[IWEF]\d{4} \d\d:"
"""The beginning of a log line: a date or time in digits, as in syslog, or as in klog."""
LOG_RECORD = re.compile(rf"\s*({TIME}|[\[<{{\"]|[\w .-]{{1,40}}[:=](\s|\S*$))")
PIECE = re.compile(rf"\S.{{0,{MAX_PARAGRAPH}}}(?=\s|$)|\S{{{MAX_PARAGRAPH}}}|\S+", re.DOTALL)
MAX_ROW = 600
"""Characters of a row of fields; a longer one holds texts to be quoted by the sentence."""
FIELD = re.compile(r"([^;:.!?()]|\([^()]*\)|\.(?!\s)){1,60}: ")
EMPHASIS_END = re.compile(r"(?<=\S)[*_]+(?!\S)")
WHITESPACE = re.compile(r"\s")


def sentences(text: Text, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Start and end of each sentence of text[start:end], in order, without the white space around it.

    A heading, a table row, a line of code and a log record are a sentence each, and a list item starts
    a sentence. Wrapped lines are joined.
    """
    for block in _blocks(text, start, len(text) if end is None else end):
        yield from _split(text, *block)


def _blocks(text: Text, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each paragraph, list item or line that stands alone, and whether it is prose."""
    for kind, lines in groupby(_lines(text, start, end), key=itemgetter(2)):
        if kind == "alone":
            yield from ((first, last, False) for first, last, _ in lines)
        elif kind == "prose":
            yield from ((first, last, True) for first, last in _joined(text, *_extent(lines)))


def _lines(text: Text, start: int, end: int) -> Iterator[Line]:
    fenced = False
    before = start
    for at, line in windowed_matches(LINE, text, start, end):
        if at > before + 1 and text[before:at].count("\n") > 1:
            yield before, before, "blank"
        before = at + len(line)
        fence = FENCE.match(line) is not None
        yield at, before, "alone" if fence or fenced else _kind(line)
        fenced = fenced != fence


def _extent(lines: Iterator[Line]) -> tuple[int, int, int]:
    """Start of the first line, end of the last, and width of the widest."""
    start, end, _ = next(lines)
    width = end - start
    for first, end, _ in lines:
        width = max(width, end - first)
    return start, end, width


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    alone = HEADING.match(line) or TABLE_ROW.match(line) or _is_row(line) or _is_code(line)
    return "alone" if alone else "prose"


def _is_row(line: str) -> bool:
    """Whether it is a row such as `name: value; name: value; name: value`, whatever the values hold."""
    fields = line.split("; ", 3) if len(line) <= MAX_ROW else []
    return len(fields) > 2 and all(map(FIELD.match, fields))


def _is_code(line: str) -> bool:
    return bool(CODE.match(line) and not ITEM.match(line) and not PROSE.search(line))


def _joined(text: Text, start: int, end: int, width: int) -> Iterator[Span]:
    """Start and end of each paragraph or list item, which joins the lines that continue each other.

    There may be any number of lines, so they are read again rather than kept.
    """
    lines = windowed_matches(LINE, text, start, end)
    begin, before = next(lines)
    last = begin + len(before)
    for at, line in lines:
        if not _continues(before.rstrip(), line, width):
            yield begin, last
            begin = at
        before, last = line, at + len(line)
    yield begin, last


def _continues(line: str, following: str, width: int) -> bool:
    if ITEM.match(following) or len(line) < MIN_WRAPPED:
        return False
    first = following.split(maxsplit=1)[0]
    lower = first[0].islower()
    is_full = len(line) + 1 + len(first) > 0.85 * width and width > 2 * MIN_WRAPPED
    continues = lower or (first[0] in '"[<{(' and line[-1] not in ".!?:}]>")
    # A wrapped line that holds a colon or begins with a quote looks like a log record, but is none.
    is_wrapped = continues and is_full and not LOG_RECORD.match(line)
    if LOG_RECORD.match(following) and not is_wrapped:
        return False
    return lower or is_full or line[-1] in ",;-–("


def _split(text: Text, start: int, end: int, prose: bool) -> Iterator[Span]:
    if not prose:
        yield from _trimmed(text, start, end)
        return
    marker = ITEM.match(text[start : min(end, start + MAX_PARAGRAPH)])
    body = start + marker.end() if marker else start
    for at, piece in windowed_matches(PIECE, text, body, end):
        for first, last in _sentences(piece):
            yield from _trimmed(text, start if at + first == body else at + first, at + last)


def _sentences(text: str) -> Iterator[Span]:
    import sentencex

    start = at = 0
    for part in sentencex.segment("en", WHITESPACE.sub(" ", text)):
        if at > start and not sentence_boundaries.is_false_boundary(text, start, at):
            closing = EMPHASIS_END.match(text, at)
            end = closing.end() if closing else at
            yield start, end
            start = end
        at += len(part)
    yield start, at


def _trimmed(text: Text, start: int, end: int) -> Iterator[Span]:
    sentence = text[start:end]
    if stripped := sentence.strip():
        left = start + len(sentence) - len(sentence.lstrip())
        yield left, left + len(stripped)
