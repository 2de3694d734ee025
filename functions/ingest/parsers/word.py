"""Word (.docx): headings, paragraphs, lists and tables in their order."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from functions.ingest.parsers.document import Document, Writer

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)


def read(path: Path, writer: Writer) -> Document:
    import docx
    from docx.table import Table

    document = docx.Document(str(path))
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            writer.block("\n".join(rows(item)))
        else:
            _write(item, writer)
    return writer.document(document.core_properties.title or "", TYPE)


def _write(paragraph: Paragraph, writer: Writer) -> None:
    style = (paragraph.style.name if paragraph.style else None) or ""
    if style == "Title":
        writer.heading(1, paragraph.text)
    elif heading := _HEADING.match(style):
        writer.heading(int(heading.group(1)), paragraph.text)
    elif style.startswith("List") and paragraph.text.strip():
        writer.block(f"- {paragraph.text}")
    else:
        writer.block(paragraph.text)


def rows(table: Table) -> list[str]:
    """Each row's cells; a cell that spans several columns counts once."""
    lines = []
    for row in table.rows:
        cells = {cell._tc: " ".join(cell.text.split()) for cell in row.cells}
        lines.append(" | ".join(text for text in cells.values() if text))
    return lines
