"""HTML: what a reader of the page would read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from functions.ingest.parsers import charset, superscript
from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.encoding import decode

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

UNREAD = [
    "script", "style", "noscript", "template", "svg", "iframe", "object", "nav", "head",
    "select", "datalist", "textarea",
]  # fmt: skip
BUTTONS = "form button:not(:is(h1, h2, h3, h4, h5, h6) *)"
"""Not what unfolds a part of the page: its title is in one."""
AROUND = "[role=navigation], [role=search], a.headerlink"
"""What leads elsewhere, or to the heading that it is in."""
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong",
    "sub", "sup", "td", "th", "time", "tt", "u", "var", "wbr",
}  # fmt: skip
CELLS = {"td", "th"}
PARAGRAPHS = {"p", "div"}
"""Count as inline in a cell beside others, unless it has several blocks: it may hold the page."""
OF_TEXT = INLINE - CELLS
WITHIN_CELL = OF_TEXT | PARAGRAPHS
BREAK = "\0"
PARTS = {
    "br": BREAK, "td": " | ", "th": " | ", "p": " ", "div": " ", "sup": superscript.MARK,
}  # fmt: skip
DEPTH_LIMIT = 64
"""Inline elements in one another; past it, the nearest counts as a block."""


def read(path: Path, writer: Writer) -> Document:
    title = write(decode(path, writer.charset, _declared(path)), writer)
    return writer.document(title, "text/html")


def _declared(path: Path) -> str:
    with path.open("rb") as file:
        return charset.of_page(file.read(charset.START))


def write(markup: str, writer: Writer) -> str:
    """Write the text of the markup; returns the title."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(markup)
    found = tree.css_first("title")
    title = found.text() if found else ""
    tree.strip_tags(UNREAD)
    for unread in tree.css(f"{BUTTONS}, {AROUND}"):
        unread.decompose()
    if tree.body:
        _write(tree.body, writer)
    return title


def _write(body: LexborNode, writer: Writer) -> None:
    block: LexborNode | None = None
    parts: list[str] = []
    laid_out = _laid_out(body)
    for node in body.traverse(include_text=True):
        part = (
            (node.text_content or "").replace(BREAK, "")
            if node.is_text_node
            else PARTS.get(node.tag or "")
        )
        if not part:
            continue
        nearest = _block_of(node, laid_out)
        if block is None or nearest.mem_id != block.mem_id:
            _flush(block, parts, writer)
            block, parts = nearest, []
        parts.append(part)
    _flush(block, parts, writer)


def _laid_out(body: LexborNode) -> set[int]:
    """The cells that hold several blocks of text, as where a table lays out the page."""
    if body.css_first(", ".join(CELLS)) is None:
        return set()
    first: dict[int, int] = {}
    cells: set[int] = set()
    for node in body.traverse(include_text=True):
        if not (node.is_text_node and (node.text_content or "").strip()):
            continue
        block = _outside(node, OF_TEXT)
        cell = block if block.tag in CELLS else _outside(block, WITHIN_CELL)
        if cell.tag in CELLS and first.setdefault(cell.mem_id, block.mem_id) != block.mem_id:
            cells.add(cell.mem_id)
    return cells


def _block_of(node: LexborNode, laid_out: Collection[int]) -> LexborNode:
    block = _outside(node, INLINE)
    if block.tag in PARAGRAPHS:
        cell = _outside(block, WITHIN_CELL)
        if (
            cell.tag in CELLS
            and cell.mem_id not in laid_out
            and (_beside(cell, "next") or _beside(cell, "prev"))
        ):
            return _outside(cell, INLINE)
    return block


def _beside(cell: LexborNode, side: str) -> bool:
    sibling = getattr(cell, side)
    while sibling is not None and sibling.tag not in CELLS:
        sibling = getattr(sibling, side)
    return sibling is not None


def _outside(node: LexborNode, tags: Collection[str]) -> LexborNode:
    parent = node.parent
    for _ in range(DEPTH_LIMIT):
        if parent is None or parent.tag not in tags or parent.parent is None:
            break
        parent = parent.parent
    assert parent is not None
    return parent


def _flush(block: LexborNode | None, parts: list[str], writer: Writer) -> None:
    if block is None:
        return
    text = superscript.flat("".join(parts))
    if block.tag in HEADINGS:
        writer.heading(HEADINGS[block.tag], text.replace(BREAK, " "))
    elif block.tag == "pre":
        writer.block(text.replace(BREAK, "\n"))
    else:
        lines = (" ".join(line.split()).strip("| ") for line in text.split(BREAK))
        body = "\n".join(line for line in lines if line)
        writer.block(f"- {body}" if body and block.tag == "li" else body)
