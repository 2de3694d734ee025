"""Markdown: headings, paragraphs, lists, tables and listings, without the markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from functions.ingest.parsers import html
from functions.ingest.parsers.document import Document, Writer, superscript, tables
from functions.ingest.parsers.encoding import read_text

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_DEPTH = 1_000
"""Python's own recursion limit, which raises an error when it is reached."""

_FRONT_MATTER = re.compile(
    r"""
    \A (?: ---[ \t]*\n (?=(?:\#[^\n]*\n)*[\w.-]+:\s) (?P<yaml>.*?) \n(?:---|\.\.\.)
          | \+\+\+[ \t]*\n (?P<toml>.*?) \n\+\+\+ ) [ \t]*(?:\n|\Z)
    """,
    re.DOTALL | re.VERBOSE,
)
_TITLE = re.compile(r"^title[ \t]*[:=](.*(?:\n[ \t]+.*)*)", re.MULTILINE)
_SCALAR = re.compile(r"(?:[>|][+-]?(?: |$))?([\"']?)(.*?)\1 ?(?:(?<!\S)#.*)?$")
_ATTRIBUTES = re.compile(r"\s*\{[#.:][^{}]*\}$")
_FRAME = re.compile(
    r"""
    ^ (?: :{3,} [ ]* [\w-]* [ ]* (?:\{[^{}\n]*\})? [ ]* \[? (?P<colons>.*?) \]?
        | (?:[!?]{3} [+]? [ ] [a-z]+ (?:[ ]inline|[ ]end)* | ===[!+]?) (?:[ ]"(?P<quoted>.*)")?
        | \[![\w-]+\] [+-]? [ ]* (?P<quote>.*) ) $ \n?
    """,
    re.MULTILINE | re.VERBOSE,
)
"""The line around a note or tab: of Docusaurus, Pandoc and MyST, of MkDocs, of GitHub and Obsidian."""
_LINE_ENDS = re.compile(r"(?<! ) *\n\s*")
_TAGS = {
    re.compile(r"<br\b", re.IGNORECASE): "\n",
    re.compile(r"<sup\b", re.IGNORECASE): superscript.MARK,
}
"""The text that replaces an inline tag; all other tags are dropped."""


def read(path: Path, writer: Writer) -> Document:
    from markdown_it import MarkdownIt

    text = read_text(path, writer.charset).replace("\r\n", "\n")
    title = ""
    if front := _FRONT_MATTER.match(text):
        text = text[front.end() :]
        title = _title(front["yaml"] or front["toml"])
    # By default the parser silently drops what is nested deeper than 20 levels.
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_DEPTH}).enable(["table", "strikethrough"])
    _Renderer(writer).render(parser.parse(text))
    return writer.document(title, "text/markdown")


def _title(front: str) -> str:
    found = _TITLE.search(front)
    value = _SCALAR.match(" ".join(found.group(1).split())) if found else None
    return value.group(2) if value else ""


class _Renderer:
    """Handles each token with the method of its type; tokens without one are skipped."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.heading = 0
        self.marker = ""
        self.depth = 0
        self.cells: list[str] | None = None
        self.rows: list[list[str]] = []

    def render(self, tokens: list[Token]) -> None:
        for token in tokens:
            handle = getattr(self, f"_{token.type}", None)
            if handle:
                handle(token)

    def _heading_open(self, token: Token) -> None:
        self.heading = int(token.tag[1])

    def _heading_close(self, _: Token) -> None:
        self.heading = 0

    def _bullet_list_open(self, _: Token) -> None:
        self.depth += 1

    def _bullet_list_close(self, _: Token) -> None:
        self.depth -= 1

    _ordered_list_open = _bullet_list_open
    _ordered_list_close = _bullet_list_close

    def _list_item_open(self, token: Token) -> None:
        self.marker = f"{token.info}. " if token.info else "- "

    def _list_item_close(self, _: Token) -> None:
        self.marker = ""

    def _inline(self, token: Token) -> None:
        text = _plain(token)
        if self.heading:
            self.writer.heading(self.heading, _ATTRIBUTES.sub("", text))
        elif self.cells is not None:
            self.cells.append(text.replace("\n", " "))
        elif text := _FRAME.sub(_title_of_frame, text).strip():
            self.writer.block("  " * max(0, self.depth - 1) + self.marker + text)
            self.marker = ""

    def _fence(self, token: Token) -> None:
        self.writer.block(token.content)

    _code_block = _fence

    def _html_block(self, token: Token) -> None:
        html.write(token.content, self.writer)

    def _tr_open(self, _: Token) -> None:
        self.cells = []

    def _tr_close(self, _: Token) -> None:
        self.rows.append(self.cells or [])
        self.cells = None

    def _table_close(self, _: Token) -> None:
        tables.write_with_header(self.rows[0], self.rows[1:], self.writer)
        self.rows = []


def _plain(inline: Token) -> str:
    kept = _not_struck(inline.children or ())
    return superscript.resolve(_LINE_ENDS.sub("\n", "".join(map(_text, kept))))


def _title_of_frame(frame: re.Match[str]) -> str:
    return f"{frame[frame.lastgroup]}\n\n" if frame.lastgroup else ""


def _not_struck(tokens: Iterable[Token]) -> Iterator[Token]:
    """Without what is struck through, which its author no longer says."""
    depth = 0
    for token in tokens:
        depth += (token.type == "s_open") - (token.type == "s_close")
        if not depth:
            yield token


def _text(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "html_inline":
        return next((part for tag, part in _TAGS.items() if tag.match(token.content)), "")
    return token.content
