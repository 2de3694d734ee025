"""PDF: the text of each page, with its lines joined to paragraphs."""

from __future__ import annotations

import re
from pathlib import Path

from footnote.errors import Unreadable
from functions.ingest.parsers.document import Document, Writer

FULL_LINE = 0.6
"""A line that is shorter than this share of the page's longest line ends a paragraph."""
HYPHEN = "\x02"
"""pdfium writes it into a word that is hyphenated at a line's end, and joins the two lines."""

_HYPHENATION = re.compile(rf"(?<=\w){HYPHEN}(?=\w)")
_LEADER = re.compile(r"\s?(\.\s?){4,}")
"""The dots between a heading and its page number in a table of contents."""
_HYPHENATED_WORD = re.compile(rf"(?<!\S)\S+{HYPHEN}\S+")


def read(path: Path, writer: Writer) -> Document:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        with PdfDocument(path) as pdf:
            for number in range(len(pdf)):
                writer.page()
                for paragraph in paragraphs(_text(pdf, number)):
                    writer.block(paragraph)
            title = pdf.get_metadata_dict().get("Title", "")
    except PdfiumError as error:
        raise Unreadable(_reason(error)) from None
    if not writer.length:
        raise Unreadable(
            "Its pages hold no text; run a scanned PDF through text recognition (OCR) first."
        )
    return writer.document(title, "application/pdf")


def _text(pdf: object, number: int) -> str:
    page = pdf[number]  # type: ignore[index]
    text = page.get_textpage()
    try:
        return str(text.get_text_bounded())
    finally:
        text.close()
        page.close()


def _reason(error: Exception) -> str:
    if "password" in str(error).lower():
        return "It is a PDF protected by a password; remove the password."
    return f"It is a broken or truncated PDF: {str(error).rstrip('.')}."


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a page, with hyphenated words joined."""
    lines = [_HYPHENATION.split(line.strip()) for line in text.replace("\r\n", "\n").split("\n")]
    longest = max(len(part) for parts in lines for part in parts)
    found: list[list[str]] = [[]]
    for parts in lines:
        if parts == [""]:
            found.append([])
            continue
        found[-1].append(HYPHEN.join(parts))
        if len(parts[-1]) < FULL_LINE * longest or _LEADER.search(parts[-1]):
            found.append([])
    return [_LEADER.sub(" … ", _HYPHENATED_WORD.sub(_join, " ".join(lines))) for lines in found if lines]


def _join(word: re.Match[str]) -> str:
    """The word joined; a hyphen stays if the word has others, or before a digit or a capital."""
    first, *others = _HYPHENATION.split(word.group())
    compound = "-" in word.group()
    return first + "".join(part if part[0].islower() and not compound else f"-{part}" for part in others)
