"""Word (.docx): headings, paragraphs, lists and tables in order, with their numbers.

The text is as if all tracked changes were accepted. It includes content controls, text boxes,
notes, headers and footers, but nothing that is hidden or struck through.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from functions.ingest.parsers.document import Document, Writer, superscript, tables
from functions.ingest.parsers.word.numbering import Numbering
from functions.ingest.parsers.word.styles import PARAGRAPH, WORD, Styles, is_on

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TABLE, ROW, CELL = (f"{WORD}{name}" for name in ("tbl", "tr", "tc"))
RUN, BOLD = f"{WORD}r", f"{WORD}rPr/{WORD}b"
HEADER_MARK = f"{WORD}trPr/{WORD}tblHeader"
LOOK = f"{WORD}tblPr/{WORD}tblLook"
FIRST_ROW = 0x20
"""The bit of a table's look that turns on the style of its first row."""
FIRST_ROW_STYLE = f"{WORD}tblStylePr[@{WORD}type='firstRow']"
CONTROL, TEXT_BOX = f"{WORD}sdt", f"{WORD}txbxContent"
TEXT = {f"{WORD}{name}" for name in ("t", "tab", "ptab", "br", "cr", "noBreakHyphen")}
NOTES = {f"{WORD}footnoteReference": "footnotes", f"{WORD}endnoteReference": "endnotes"}
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
FORMULA = f"{MATH}t"
OPERANDS = {
    f"{MATH}num": " ", f"{MATH}den": "/", f"{MATH}sup": "^", f"{MATH}sub": "_", f"{MATH}rad": "√",
}  # fmt: skip
"""The character written before an operand when a formula is written in one line."""
SKIPPED = {f"{WORD}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "rt")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
"""Elements whose content was removed, is no text, or is a duplicate."""
REMOVED_END = f"{WORD}pPr/{WORD}rPr/{WORD}del"
"""Of a paragraph that was joined with the next one, and so has no number of its own if it is empty."""
SUPERSCRIPT = f"{WORD}rPr/{WORD}vertAlign[@{WORD}val='superscript']"
PROMPT = f"{WORD}sdtPr/{WORD}showingPlcHdr"
CONTENTS = f"{WORD}sdtPr/{WORD}docPartObj/{WORD}docPartGallery[@{WORD}val='Table of Contents']"
Notes = dict[tuple[str, str], Any]
"""Footnotes and endnotes by the tag and the id of their references."""
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_ENTRY = re.compile(r"toc \d|table of figures", re.IGNORECASE)
"""The style of an entry of a table of contents, which repeats a heading or a caption."""


def read(path: Path, writer: Writer) -> Document:
    import docx

    document = docx.Document(str(path))
    reader = _Reader(document, writer)
    reader.write_margins()
    reader.write(document.element.body)
    return writer.document(document.core_properties.title or "", TYPE)


def _parts(document: WordDocument, kind: str) -> Iterator[Any]:
    """The roots of the document's other parts of this kind."""
    from docx.oxml import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}"):
            yield parse_xml(relation.target_part.blob)


def _remove_hidden(root: Any, styles: Styles) -> None:
    """Remove what the author hid or struck through."""
    for run in [run for run in root.iter(RUN) if styles.hide(run)]:
        run.getparent().remove(run)


class _Reader:
    def __init__(self, document: WordDocument, writer: Writer) -> None:
        self._document = document
        self._writer = writer
        self._notes: Notes = {
            (tag, note.get(f"{WORD}id")): note
            for tag, kind in NOTES.items()
            for part in _parts(document, kind)
            for note in part
        }
        self._margins = [part for kind in ("header", "footer") for part in _parts(document, kind)]
        self._styles = Styles(document)
        self._numbering = Numbering(document, self._styles)
        for root in (document.element.body, *self._notes.values(), *self._margins):
            _remove_hidden(root, self._styles)

    def write_margins(self) -> None:
        """Write each line of the headers and footers once, but no mere page numbers."""
        paragraphs = chain.from_iterable(_outermost(part, {PARAGRAPH}) for part in self._margins)
        lines = (" ".join(self._paragraph_text(each).split()) for each in paragraphs)
        for line in dict.fromkeys(lines):
            if any(map(str.isalpha, line)):
                self._writer.block(line)

    def write(self, parent: Any) -> None:
        for block in _outermost(parent, {PARAGRAPH, TABLE}):
            if block.tag == TABLE:
                rows, headed = [*self._rows(block)], _looks_headed(block, self._document)
                tables.write_inline(rows, self._writer, headed)
            else:
                self._write_paragraph(block)
            for part in _outermost(block, NOTES.keys() | {TEXT_BOX}):
                if part.tag == TEXT_BOX:
                    self.write(part)
                elif (note := self._notes.get((part.tag, part.get(f"{WORD}id")))) is not None:
                    self._writer.block(self._single_line(note))

    def _write_paragraph(self, paragraph: Any) -> None:
        style, text = self._styles.name(paragraph), self._paragraph_text(paragraph)
        if style == "Title":
            self._writer.heading(1, text)
        elif heading := _HEADING.match(style):
            self._writer.heading(int(heading.group(1)), text)
        elif not _ENTRY.fullmatch(style):
            self._writer.block(text)

    def _paragraph_text(self, paragraph: Any) -> str:
        """The text with the number that Word shows before it."""
        text = _text(paragraph)
        if paragraph.find(REMOVED_END) is not None and not text.strip():
            return ""
        marker = self._numbering.marker(paragraph)
        return f"{marker} {text}" if marker and text.strip() else text

    def _rows(self, table: Any) -> Iterator[list[str]]:
        """The cells of each row; one that spans columns appears once, one that spans rows in each."""
        above: dict[int, str] = {}
        for row in _outermost(table, {ROW}):
            column, cells = row.grid_before, dict[int, str]()
            for cell in _outermost(row, {CELL}):
                continues = cell.vMerge == "continue"
                cells[column] = above.get(column, "") if continues else self._single_line(cell)
                column += cell.grid_span
            yield [cells.get(at, "") for at in range(column)]
            above = cells

    def _single_line(self, cell: Any) -> str:
        return " ".join(" ".join(map(self._paragraph_text, _outermost(cell, {PARAGRAPH}))).split())


def _looks_headed(table: Any, document: WordDocument) -> bool:
    """Whether the first row looks like a header: by its mark, its bold text, or the table's style."""
    rows = [*islice(_outermost(table, {ROW}), 2)]
    if len(rows) < 2:
        return False
    first, second = rows
    return (
        is_on(first.find(HEADER_MARK))
        or (_is_bold(first) and not _is_bold(second))
        or _has_header_style(table, document)
    )


def _is_bold(row: Any) -> bool:
    return all(is_on(run.find(BOLD)) for run in row.iter(RUN) if run.text.strip())


def _has_header_style(table: Any, document: WordDocument) -> bool:
    """Whether the table's style sets its first row apart, and the table has that turned on."""
    from docx.table import Table

    look = table.find(LOOK)
    if look is None or not int(look.get(f"{WORD}val", "0"), 16) & FIRST_ROW:
        return False
    style = Table(table, document).style
    return style is not None and style.element.find(FIRST_ROW_STYLE) is not None


def _text(parent: Any) -> str:
    elements = _outermost(parent, TEXT | OPERANDS.keys() | {FORMULA, TEXT_BOX})
    return superscript.resolve("".join(map(_element_text, elements)))


def _element_text(element: Any) -> str:
    if element.tag == TEXT_BOX:
        return ""
    if element.tag == FORMULA:
        return element.text or ""
    if element.tag in TEXT:
        raised = element.getparent().find(SUPERSCRIPT) is not None
        return superscript.MARK + str(element) if raised else str(element)
    text = _text(element)
    return text and OPERANDS[element.tag] + (text if text.isalnum() else f"({text})")


def _outermost(parent: Any, tags: Collection[str]) -> Iterator[Any]:
    """The outermost elements with these tags, in order."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag not in SKIPPED and not (child.tag == CONTROL and _is_generated(child)):
            yield from _outermost(child, tags)


def _is_generated(control: Any) -> bool:
    """Whether Word generated the content: a placeholder prompt, or a table of contents."""
    return any(control.find(path) is not None for path in (PROMPT, CONTENTS))
