"""PDF: the text of each page, its lines joined to paragraphs again."""

from __future__ import annotations

import re
from pathlib import Path

from footnote.errors import Unreadable
from functions.ingest.parsers.document import Document, Writer

LONG = 0.6
"""A line shorter than this part of the page's longest ends a paragraph."""
HYPHEN = "\x02"
"""In a word that was divided at a line's end: pdfium has the next line on the same one."""

_DIVIDED = re.compile(rf"(?<=\w){HYPHEN}(?=\w)")
_LEADER = re.compile(r"\s?(\.\s?){4,}")
"""From a heading to its page in a table of contents."""
_WORD = re.compile(rf"(?<!\S)\S+{HYPHEN}\S+")


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
    """The paragraphs of a page's lines, words that were divided at a line's end whole again."""
    lines = [_DIVIDED.split(line.strip()) for line in text.replace("\r\n", "\n").split("\n")]
    longest = max(len(part) for parts in lines for part in parts)
    found: list[list[str]] = [[]]
    for parts in lines:
        if parts == [""]:
            found.append([])
            continue
        found[-1].append(HYPHEN.join(parts))
        if len(parts[-1]) < LONG * longest or _LEADER.search(parts[-1]):
            found.append([])
    return [_LEADER.sub(" … ", _WORD.sub(_whole, " ".join(lines))) for lines in found if lines]


def _whole(divided: re.Match[str]) -> str:
    """Its hyphen stays where there are others in the word, or a digit or a capital comes next."""
    first, *others = _DIVIDED.split(divided.group())
    own = "-" in divided.group()
    return first + "".join(part if part[0].islower() and not own else f"-{part}" for part in others)
