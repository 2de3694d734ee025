"""The sentences of a text, as chunks are cut at them and answers are made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

Span = tuple[int, int]

LONGEST = 10_000
"""Characters that are looked at as one paragraph; a longer one is cut at a space."""
NARROWEST = 20
"""Characters of a line that may have been wrapped."""

LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
FENCE = re.compile(r"\s*(```|~~~)")
HEADING = re.compile(r"\s{0,3}#{1,6}\s|\s*([=\-_*~]\s*){3,}$")
TABLE_ROW = re.compile(r"\s*\||.*\S\t+\S")
CODE = re.compile(r"( {4}|\t)\s*(\S*$|.*[{}=;<>()\[\]$`\\|])")
ITEM = re.compile(r"\s*([-*+•‣◦▪–]|\(?(\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)])\s+(?=\S)")
RECORD = re.compile(r"\s*(\d+[-/:.]\d|[\[<{\"]|[\w .-]{1,40}[:=](\s|\S*$))")
PIECE = re.compile(rf"\S.{{0,{LONGEST}}}(?=\s|$)|\S{{{LONGEST}}}|\S+", re.DOTALL)
WHITESPACE = re.compile(r"\s")


def sentences(text: str) -> Iterator[Span]:
    """Where each sentence starts and ends, in order, without the space around it.

    A heading, a table's row, a line of code and a record of a log are a sentence each, and a list's item
    starts one. Lines that were wrapped are put together.
    """
    for block in _blocks(text):
        yield from _split(text, *block)


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of every paragraph, item or line that stands alone; whether it is prose."""
    for kind, lines in groupby(_lines(text), key=lambda line: line[2]):
        spans = [(start, end) for start, end, _ in lines]
        if kind == "alone":
            yield from ((start, end, False) for start, end in spans)
        elif kind == "prose":
            yield from ((start, end, True) for start, end in _unwrapped(text, spans))


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    fenced = False
    end = 0
    for match in LINE.finditer(text):
        line = match.group()
        if text.count("\n", end, match.start()) > 1:
            yield end, end, "blank"
        end = match.end()
        fence = FENCE.match(line) is not None
        yield match.start(), end, "alone" if fence or fenced else _kind(line)
        fenced = fenced != fence


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    alone = HEADING.match(line) or TABLE_ROW.match(line) or (CODE.match(line) and not ITEM.match(line))
    return "alone" if alone else "prose"


def _unwrapped(text: str, lines: list[Span]) -> Iterator[Span]:
    """Paragraphs and items of consecutive lines, those together of which one continues the other."""
    width = max(end - start for start, end in lines)
    begin, before = lines[0][0], lines[0]
    for line in lines[1:]:
        if not _continues(text[slice(*before)].rstrip(), text[slice(*line)], width):
            yield begin, before[1]
            begin = line[0]
        before = line
    yield begin, before[1]


def _continues(line: str, following: str, width: int) -> bool:
    if ITEM.match(following) or len(line) < NARROWEST:
        return False
    first = following.split(maxsplit=1)[0]
    if first[0].islower() or line[-1] in ",;-–(":
        return not RECORD.match(following)
    full = len(line) + 1 + len(first) > 0.85 * width and width > 2 * NARROWEST
    return full and not RECORD.match(following)


def _split(text: str, start: int, end: int, prose: bool) -> Iterator[Span]:
    import sentencex

    if not prose:
        yield from _trimmed(text, start, end)
        return
    marker = ITEM.match(text, start, end)
    body = marker.end() if marker else start
    for piece in PIECE.finditer(text, body, end):
        at = piece.start()
        for sentence in sentencex.segment("en", WHITESPACE.sub(" ", piece.group())):
            yield from _trimmed(text, start if at == body else at, at + len(sentence))
            at += len(sentence)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    sentence = text[start:end]
    if stripped := sentence.strip():
        left = start + len(sentence) - len(sentence.lstrip())
        yield left, left + len(stripped)
