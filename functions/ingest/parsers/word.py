"""Word (.docx): headings, paragraphs, lists and tables in order.

The text is as if all tracked changes were accepted. It includes content controls, text boxes and notes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from functions.ingest.parsers import superscript, tables
from functions.ingest.parsers.document import Document, Writer

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARAGRAPH, TABLE, ROW, CELL = (f"{WORD}{name}" for name in ("p", "tbl", "tr", "tc"))
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
SUPERSCRIPT = f"{WORD}rPr/{WORD}vertAlign[@{WORD}val='superscript']"
PROMPT = f"{WORD}sdtPr/{WORD}showingPlcHdr"
CONTENTS = f"{WORD}sdtPr/{WORD}docPartObj/{WORD}docPartGallery[@{WORD}val='Table of Contents']"
Notes = dict[tuple[str, str], Any]
"""Footnotes and endnotes by the tag and the id of their references."""
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)


def read(path: Path, writer: Writer) -> Document:
    import docx

    document = docx.Document(str(path))
    _write(document.element.body, document, _notes(document), writer)
    return writer.document(document.core_properties.title or "", TYPE)


def _notes(document: WordDocument) -> Notes:
    from docx.oxml import parse_xml

    return {
        (tag, note.get(f"{WORD}id")): note
        for relation in document.part.rels.values()
        for tag, kind in NOTES.items()
        if relation.reltype.endswith(f"/{kind}")
        for note in parse_xml(relation.target_part.blob)
    }


def _write(parent: Any, document: WordDocument, notes: Notes, writer: Writer) -> None:
    for block in _outermost(parent, {PARAGRAPH, TABLE}):
        if block.tag == TABLE:
            tables.write_inline([*_rows(block)], writer, _looks_headed(block, document))
        else:
            _write_paragraph(block, document, writer)
        for part in _outermost(block, NOTES.keys() | {TEXT_BOX}):
            if part.tag == TEXT_BOX:
                _write(part, document, notes, writer)
            elif (note := notes.get((part.tag, part.get(f"{WORD}id")))) is not None:
                writer.block(_single_line(note))


def _write_paragraph(paragraph: Any, document: WordDocument, writer: Writer) -> None:
    style, text = _style(paragraph, document), _text(paragraph)
    if style == "Title":
        writer.heading(1, text)
    elif heading := _HEADING.match(style):
        writer.heading(int(heading.group(1)), text)
    elif style.startswith("List") and text.strip():
        writer.block(f"- {text}")
    else:
        writer.block(text)


def _style(paragraph: Any, document: WordDocument) -> str:
    from docx.text.paragraph import Paragraph

    style = Paragraph(paragraph, document).style
    return (style.name if style else None) or ""


def _looks_headed(table: Any, document: WordDocument) -> bool:
    """Whether the first row looks like a header: by its mark, its bold text, or the table's style."""
    rows = [*islice(_outermost(table, {ROW}), 2)]
    if len(rows) < 2:
        return False
    first, second = rows
    return (
        _is_on(first.find(HEADER_MARK))
        or (_is_bold(first) and not _is_bold(second))
        or _has_header_style(table, document)
    )


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{WORD}val") not in ("0", "false", "off")


def _is_bold(row: Any) -> bool:
    return all(_is_on(run.find(BOLD)) for run in row.iter(RUN) if run.text.strip())


def _has_header_style(table: Any, document: WordDocument) -> bool:
    """Whether the table's style sets its first row apart, and the table has that turned on."""
    from docx.table import Table

    look = table.find(LOOK)
    if look is None or not int(look.get(f"{WORD}val", "0"), 16) & FIRST_ROW:
        return False
    style = Table(table, document).style
    return style is not None and style.element.find(FIRST_ROW_STYLE) is not None


def _rows(table: Any) -> Iterator[list[str]]:
    """The cells of each row; one that spans columns appears once, one that spans rows in each row."""
    above: dict[int, str] = {}
    for row in _outermost(table, {ROW}):
        column, cells = row.grid_before, dict[int, str]()
        for cell in _outermost(row, {CELL}):
            cells[column] = above.get(column, "") if cell.vMerge == "continue" else _single_line(cell)
            column += cell.grid_span
        yield [cells.get(at, "") for at in range(column)]
        above = cells


def _single_line(cell: Any) -> str:
    return " ".join(" ".join(map(_text, _outermost(cell, {PARAGRAPH}))).split())


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
