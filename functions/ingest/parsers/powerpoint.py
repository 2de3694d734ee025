"""PowerPoint (.pptx): each slide becomes a page with its title, texts, tables and notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from functions.ingest.parsers import tables
from functions.ingest.parsers.document import Document, Writer

if TYPE_CHECKING:
    from pptx.slide import Slide

TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def read(path: Path, writer: Writer) -> Document:
    from pptx import Presentation

    presentation = Presentation(str(path))
    for slide in presentation.slides:
        writer.page()
        _write(slide, writer)
    return writer.document(presentation.core_properties.title or "", TYPE)


def _write(slide: Slide, writer: Writer) -> None:
    title = slide.shapes.title
    if title is not None:
        writer.heading(1, title.text_frame.text)
    for shape in _leaves(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            _write_shape(shape, writer)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame):
        writer.block(notes.text)


def _leaves(shapes: Iterable[Any]) -> Iterator[Any]:
    """The shapes in order, with groups replaced by their members."""
    pending = list(shapes)[::-1]
    while pending:
        shape = pending.pop()
        if hasattr(shape, "shapes"):
            pending.extend(list(shape.shapes)[::-1])
        else:
            yield shape


def _write_shape(shape: Any, writer: Writer) -> None:
    if shape.has_text_frame:
        writer.block(str(shape.text_frame.text))
    elif getattr(shape, "has_table", False):
        tables.write_inline([[cell.text for cell in row.cells] for row in shape.table.rows], writer)
