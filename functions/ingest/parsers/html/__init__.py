"""HTML: the text that a reader of the page sees."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from functions.ingest.parsers.document import Document, Writer, superscript, tables
from functions.ingest.parsers.encoding import charset, read_text
from functions.ingest.parsers.html.items import PARAGRAPHS, Items, attribute_number

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

SKIPPED = [
    "script", "style", "noscript", "template", "svg", "iframe", "object", "nav", "head",
    "select", "datalist", "textarea", "del", "s", "strike",
]  # fmt: skip
BUTTONS = "form button:not(:is(h1, h2, h3, h4, h5, h6) *)"
"""Buttons of forms. A button in a heading stays: it unfolds a section and holds its title."""
UNSEEN = ", ".join((
    "[role=navigation], [role=search], [role=dialog], [role=banner]:not(:has(h1))",
    # Links beside headings, as Sphinx, Docusaurus and MediaWiki write them.
    "a.headerlink, a.hash-link, .mw-editsection",
    # Line numbers, as Pygments, Rouge, Chroma and highlight.js write them.
    ".linenos, .lineno, .lnt, .hljs-ln-numbers",
    # Within a line only, such as a sort key: longer parts are shown on demand. Formulas have pictures.
    *(f'span[style*="display:{space}none" i]:not(:has(math))' for space in ("", " ")),
    # The signs of a formula that is there as TeX too.
    ".katex-html, semantics:has(> annotation) > :not(annotation)",
))  # fmt: skip
"""What is not part of the text that a reader reads."""
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "dfn", "em", "font",
    "i", "ins", "kbd", "label", "mark", "q", "samp", "small", "span", "strong",
    "sub", "sup", "td", "th", "time", "tt", "u", "var", "wbr",
    "math", "semantics", "annotation", "mrow", "mi", "mn", "mo", "mfrac", "msub", "msup", "msubsup",
    "msqrt", "mtext", "mstyle", "mspace", "mover", "munder", "munderover",
}  # fmt: skip
CELLS = {"td", "th"}
ROW_GROUPS = {"thead", "tbody", "tfoot"}
INLINE_TEXT = INLINE - CELLS
INLINE_IN_CELL = INLINE_TEXT | PARAGRAPHS
"""Paragraphs are inline in a cell with neighbours, unless it holds several blocks, as in a layout."""
BREAK = "\0"
"""A line break within a block."""
CELL = "\x02"
"""The start of a cell within a row."""
SEPARATORS = {
    "br": BREAK, "td": CELL, "th": CELL, "p": " ", "div": " ", "sup": superscript.MARK,
}  # fmt: skip
"""The text that an element adds before its content."""
MAX_DEPTH = 64
"""Levels of nested inline elements; beyond that, an inline element counts as a block."""


def read(path: Path, writer: Writer) -> Document:
    title = write(read_text(path, writer.charset, _declared_charset(path)), writer)
    return writer.document(title, "text/html")


def _declared_charset(path: Path) -> str:
    with path.open("rb") as file:
        return charset.from_markup(file.read(charset.PRESCAN_BYTES))


def write(markup: str, writer: Writer) -> str:
    """Write the text of the markup, and return its title."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(markup)
    found = tree.css_first("title")
    title = found.text() if found else ""
    tree.strip_tags(SKIPPED)
    for skipped in tree.css(f"{BUTTONS}, {UNSEEN}"):
        skipped.decompose()
    if tree.body:
        _write(tree.body, writer)
    return title


def _write(body: LexborNode, writer: Writer) -> None:
    blocks = _Blocks(writer)
    for _, parts in groupby(_parts(body), lambda part: part[0].mem_id):
        nodes, texts = zip(*parts, strict=True)
        blocks.write(nodes[0], superscript.resolve("".join(texts)))
    blocks.end()


def _parts(body: LexborNode) -> Iterator[tuple[LexborNode, str]]:
    """The parts of the text, each with the block that it belongs to."""
    layout_cells = _find_layout_cells(body)
    for node in body.traverse(include_text=True):
        part = (
            (node.text_content or "").replace(BREAK, "").replace(CELL, "")
            if node.is_text_node
            else SEPARATORS.get(node.tag or "")
        )
        if part:
            yield _block_of(node, layout_cells), part


def _find_layout_cells(body: LexborNode) -> set[int]:
    """Ids of the cells with several blocks of text, as in a table that lays out the page."""
    if body.css_first(", ".join(CELLS)) is None:
        return set()
    first: dict[int, int] = {}
    cells: set[int] = set()
    for node in body.traverse(include_text=True):
        if not (node.is_text_node and (node.text_content or "").strip()):
            continue
        block = _closest_outside(node, INLINE_TEXT)
        cell = block if block.tag in CELLS else _closest_outside(block, INLINE_IN_CELL)
        if cell.tag in CELLS and first.setdefault(cell.mem_id, block.mem_id) != block.mem_id:
            cells.add(cell.mem_id)
    return cells


def _block_of(node: LexborNode, layout_cells: Collection[int]) -> LexborNode:
    """The block that the node's text belongs to."""
    block = _closest_outside(node, INLINE)
    if block.tag in PARAGRAPHS:
        cell = _closest_outside(block, INLINE_IN_CELL)
        if (
            cell.tag in CELLS
            and cell.mem_id not in layout_cells
            and (_has_adjacent_cell(cell, "next") or _has_adjacent_cell(cell, "prev"))
        ):
            return _closest_outside(cell, INLINE)
    return block


def _has_adjacent_cell(cell: LexborNode, side: str) -> bool:
    sibling = getattr(cell, side)
    while sibling is not None and sibling.tag not in CELLS:
        sibling = getattr(sibling, side)
    return sibling is not None


def _closest_outside(node: LexborNode, tags: Collection[str]) -> LexborNode:
    """The closest ancestor whose tag is not among `tags`."""
    parent = node.parent
    for _ in range(MAX_DEPTH):
        if parent is None or parent.tag not in tags or parent.parent is None:
            break
        parent = parent.parent
    assert parent is not None
    return parent


class _Blocks:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._rows = _Rows(writer)
        self._items = Items()
        self._term = ""
        """Defined by the next block."""

    def write(self, block: LexborNode, text: str) -> None:
        if not text.strip():
            return
        if not _is_definition(block):
            self._end_term()
        if block.tag == "tr":
            self._rows.write(block, text)
            return
        self._rows.end()
        if block.tag == "dt":
            self._term = _body(text)
        elif block.tag in HEADINGS:
            self._writer.heading(HEADINGS[block.tag], text.replace(BREAK, " "))
        elif block.tag == "pre":
            self._writer.block(text.replace(BREAK, "\n"))
        elif body := _body(text):
            term, self._term = self._term, ""
            term = f"{term.removesuffix(':')}: " if term else self._items.marker(block)
            self._writer.block(term + body)

    def end(self) -> None:
        self._end_term()
        self._rows.end()

    def _end_term(self) -> None:
        self._writer.block(self._term)
        self._term = ""


class _Rows:
    """Writes the rows of tables. A row of names is repeated in the rows below it, and not written itself
    unless there are none."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._names: dict[int, list[str]] = {}
        """The column names by the id of their table."""
        self._unused = ""
        """The last row of names, until a row below has repeated them."""
        self._spanning: dict[int, dict[int, tuple[int, str]]] = {}
        """By table and column the cells that reach into rows below: into how many, and their texts."""

    def write(self, row: LexborNode, text: str) -> None:
        """A row with fewer cells than names has cells that span columns, so it gets no names."""
        cells = [" ".join(cell.split()) for cell in text.replace(BREAK, " ").split(CELL)[1:]]
        table = _closest_outside(row, ROW_GROUPS).mem_id
        own, cells = len(cells), self._with_spanning(table, row, cells)
        if len(cells) > own:
            text = "".join(f"{CELL}{cell}" for cell in cells)
        names = self._names.get(table, [])
        if _is_header(row) and all(len(cell) <= tables.MAX_NAME for cell in cells):
            self.end()
            self._names[table], self._unused = cells, text
        elif names and len(cells) == len(names):
            self._unused = ""
            self._writer.block(tables.named_row(names, cells))
        else:
            self.end()
            self._writer.block(_body(text))

    def _with_spanning(self, table: int, row: LexborNode, cells: list[str]) -> list[str]:
        """The cells of the row and those above that span it, in their columns."""
        above = self._spanning.get(table, {})
        columns = {column: text for column, (_, text) in above.items()}
        below = {column: (rows - 1, text) for column, (rows, text) in above.items() if rows > 1}
        column = 0
        for cell, text in zip((each for each in row.iter() if each.tag in CELLS), cells, strict=False):
            while column in columns:
                column += 1
            columns[column] = text
            if (rows := attribute_number(cell, "rowspan")) > 1:
                below[column] = (rows - 1, text)
            column += max(1, attribute_number(cell, "colspan"))
        self._spanning[table] = below
        return [columns[column] for column in sorted(columns)]

    def end(self) -> None:
        self._writer.block(_body(self._unused))
        self._unused = ""


def _is_header(row: LexborNode) -> bool:
    """Whether each cell is the header of one column; the first may be an empty corner."""
    corner, *others = [cell for cell in row.iter() if cell.tag in CELLS] or [row]
    return (
        bool(others)
        and (corner.tag == "th" or not corner.text().strip())
        and all(cell.tag == "th" for cell in others)
        and not any("colspan" in cell.attributes for cell in (corner, *others))
    )


def _is_definition(block: LexborNode) -> bool:
    return "dd" in (block.tag, block.parent.tag if block.tag in PARAGRAPHS and block.parent else "")


def _body(text: str) -> str:
    lines = text.replace(CELL, " | ").split(BREAK)
    return "\n".join(filter(None, (" ".join(line.split()).strip("| ") for line in lines)))
