"""What a parser makes of an object: its text, and where its pages and headings start."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from footnote.errors import Unreadable
from footnote.text.normalization import normalize
from footnote.text.windows import Text
from functions.ingest.parsers.document.spool import Spool

MAX_TITLE = 300
"""Characters of a title or heading: it is repeated with every chunk below it."""

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]|[\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Heading:
    offset: int
    """Of its first character in the document's text."""
    level: int
    """1 is the top."""
    title: str


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    text: Text
    content_type: str
    pages: tuple[int, ...] = ()
    """Where each page (slide, sheet) starts, in characters; empty for formats without pages."""
    headings: tuple[Heading, ...] = ()
    breadcrumbs: tuple[str, ...] = ()
    """Folders and file of its key, in words."""


@dataclass
class Writer:
    """Collects a document block by block. Raises Unreadable past `limit` characters."""

    limit: int
    charset: str = ""
    """The charset that the object's content type declares."""
    text: Spool = field(default_factory=Spool)
    pages: list[int] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)

    @property
    def length(self) -> int:
        return len(self.text)

    def page(self) -> None:
        """Start a new page."""
        self.pages.append(self.length)

    def heading(self, level: int, title: str) -> None:
        title = " ".join(clean(title).split())
        if title:
            self.headings.append(Heading(self.length, level, _shorten(title)))
            self.block(title)

    def block(self, text: str) -> None:
        """Write a paragraph, list, table or listing, and an empty line after it."""
        text = clean(text).strip("\n").rstrip()
        if text.strip():
            self.raw(text + "\n\n")

    def raw(self, text: str) -> None:
        """Write text that is clean already, as it is."""
        if self.length + len(text) > self.limit:
            raise Unreadable(
                f"It holds over {self.limit} characters of text; split it, or raise FOOTNOTE_TEXT_LIMIT."
            )
        self.text.append(text)

    def document(self, title: str, content_type: str) -> Document:
        """The document. An empty title is replaced by the first heading of level 1."""
        title = _shorten(" ".join(clean(title).split())) or next(
            (found.title for found in self.headings if found.level == 1), ""
        )
        return Document(title, self.text, content_type, tuple(self.pages), tuple(self.headings))


def _shorten(title: str) -> str:
    return title[:MAX_TITLE].rstrip()


def clean(text: str) -> str:
    """The text in NFC, with line feeds as line endings, without control characters and soft hyphens."""
    return normalize(_CONTROLS.sub("", _LINE_ENDS.sub("\n", text)))
