"""PDF: the text of each page, with its lines joined to paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from ctypes import c_double
from itertools import chain, pairwise
from pathlib import Path

from pypdfium2 import PdfDocument, PdfiumError, PdfMatrix, PdfPage, PdfTextPage, raw

from footnote.errors import Unreadable
from footnote.text.sentences import sentences
from functions.ingest.parsers.document import Document, Writer, superscript
from functions.ingest.parsers.pdf import page_layout
from functions.ingest.parsers.pdf.page_layout import CELL, HYPHEN, MIN_RAISE, Line
from functions.ingest.parsers.pdf.running_lines import Page, RunningLines
from functions.ingest.parsers.pdf.stored_lines import StoredLines

WIDE_LETTER = 0.58
"""In relation to the height of a line: the letters of most texts are less wide on average."""
WIDE_SPACE = 2
"""In relation to that too: the distance between the letters around a space between two cells."""

_PRINTED = re.compile(r"\A(?:(?:untitled|\(?anonymous\)?)\Z|Microsoft \w+ - )", re.IGNORECASE)
"""What programs give as the title, or write before the file's name as the title of what they print."""
_SPACES = re.compile(r"(?<=\S)\s+(?=\S)")
_MAYBE_RAISED = re.compile(r"(?<=[\d.,;:!?])(?=\d)")
_LINE = re.compile(rf"(?:[^\r\n{HYPHEN}]+|{HYPHEN}(?!\w)|(?<!\w){HYPHEN})+{HYPHEN}?")
"""Also what is before the hyphen of a divided word, since pdfium writes its line and the next as one."""


def read(path: Path, writer: Writer) -> Document:
    try:
        with PdfDocument(path) as pdf:
            pages = _separated(_lines(pdf, number) for number in range(len(pdf)))
            title = _PRINTED.sub("", pdf.get_metadata_dict().get("Title", ""))
    except PdfiumError as error:
        raise Unreadable(_reason(error)) from None
    for blocks in _blocks(pages):
        writer.page()
        for block in blocks:
            writer.block(block)
    if not writer.length:
        raise Unreadable(
            "Its pages hold no text; run a scanned PDF through text recognition (OCR) first."
        )
    return writer.document(title, "application/pdf")


def _reason(error: Exception) -> str:
    if "password" in str(error).lower():
        return "It is a PDF protected by a password; remove the password."
    return f"It is a broken or truncated PDF: {str(error).rstrip('.')}."


def _lines(pdf: PdfDocument, number: int) -> list[Line]:
    page = pdf[number]
    bounds = _upright(page) if page.get_rotation() else page.get_bbox()
    text_page = page.get_textpage()
    try:
        return page_layout.whole_lines(_text_lines(text_page, text_page.get_text_bounded(*bounds)))
    finally:
        text_page.close()
        page.close()


def _upright(page: PdfPage) -> tuple[float, float, float, float]:
    """Turn the content instead of the page, whose lines pdfium would join; its new left, bottom, right
    and top edges."""
    turn = PdfMatrix().rotate(page.get_rotation())
    for found in page.get_objects(max_depth=1):
        found.transform(turn)
    page.set_rotation(0)
    left, bottom, right, top = page.get_bbox()
    corners = turn.on_point(left, bottom), turn.on_point(right, top)
    (left, right), (bottom, top) = map(sorted, zip(*corners, strict=True))
    return left, bottom, right, top


def _text_lines(page: PdfTextPage, text: str) -> Iterator[Line]:
    indices = _indices(page, text)
    for found in _LINE.finditer(text):
        if line := found.group().strip():
            at = found.start() + found.group().index(line)
            yield _text_line(page, line, indices[at : at + len(line)])


def _text_line(page: PdfTextPage, line: str, indices: Sequence[int]) -> Line:
    def place(at: int) -> tuple[float, float]:
        return _place(page, indices[at])

    (left, start), (right, end) = place(0), place(-1)
    left, right = min(left, right), max(left, right)
    _, bottom, _, top = page.get_charbox(indices[0], loose=True)
    size, cells = top - bottom, [0]
    if right - left > WIDE_LETTER * size * len(line) > 0:
        cells += _cells(line, lambda at: place(at)[0], WIDE_SPACE * size)
    texts = (
        _mark_superscripts(page, line[first:last].rstrip(), indices[first:last])
        for first, last in pairwise([*cells, len(line)])
    )
    return Line(CELL.join(texts), left, right, start, end)


def _cells(line: str, place: Callable[[int], float], wide: float) -> list[int]:
    """Where cells begin after the first, if the line is a row of at least three."""
    spaces = (found.span() for found in _SPACES.finditer(line))
    starts = [end for start, end in spaces if abs(place(end) - place(start - 1)) > wide]
    return starts if len(starts) > 1 else []


def _indices(page: PdfTextPage, text: str) -> Sequence[int]:
    """The index of each character of the text in the page, which has others too, in units of UTF-16."""
    count, at, indices = page.count_chars(), -1, list[int]()
    if len(text) == count:
        return range(count)
    characters = "".join(chr(raw.FPDFText_GetUnicode(page, each)) for each in range(count))
    for character in text:
        at = max(at, characters.find(_first_unit(character), at + 1))
        indices.append(max(at, 0))
    return indices


def _first_unit(character: str) -> str:
    above = ord(character) - 0x10000
    return character if above < 0 else chr(0xD800 + (above >> 10))


def _mark_superscripts(page: PdfTextPage, text: str, indices: Sequence[int]) -> str:
    """The text with a mark before each digit that is raised above what is before it."""

    def mark(found: re.Match[str]) -> str:
        (_, before), (_, digit) = (
            _place(page, indices[at]) for at in (found.start() - 1, found.start())
        )
        return superscript.MARK if digit > before + MIN_RAISE else ""

    return _MAYBE_RAISED.sub(mark, text)


def _place(page: PdfTextPage, at: int) -> tuple[float, float]:
    """Where the baseline of the character begins."""
    x, y = c_double(), c_double()
    raw.FPDFText_GetCharOrigin(page, at, x, y)
    return x.value, y.value


def _separated(pages: Iterable[Sequence[Line]]) -> Iterator[Page]:
    """Reads all pages at once: what recurs on them is known only then."""
    running, stored = RunningLines(), StoredLines()
    for number, lines in enumerate(pages):
        running.add(number, lines)
        stored.append(lines)
    return (running.separate(number, lines) for number, lines in enumerate(stored))


def _blocks(pages: Iterable[Page]) -> Iterator[list[str]]:
    """The blocks of each page. A sentence that goes on on the next page is on that where it begins."""
    bodies = ((page, page_layout.paragraphs(page.body)) for page in pages)
    for (page, body), (_, following) in pairwise(chain(bodies, [(Page([], []), [])])):
        if page_layout.goes_on(page.body) and following and following[0][:1].islower():
            _, end = next(sentences(following[0]))
            body[-1] += f" {following[0][:end]}"
            following[0] = following[0][end:].lstrip()
        yield [*page.running, *body]
