"""PowerPoint (.pptx): each slide becomes a page with its title, texts, tables, charts and notes.

The page of a hidden slide is empty, so that the others keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from functions.ingest.parsers.document import Document, Writer, tables
from functions.ingest.parsers.office import number_format
from functions.ingest.parsers.office.ordinals import written

if TYPE_CHECKING:
    from pptx.slide import Slide

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
PRESENTATION = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
SHAPES = [f"{PRESENTATION}{name}" for name in ("sp", "grpSp", "graphicFrame")]
RUN, STYLE = f"{DRAWING}r", f"{DRAWING}tableStyleId"
NUMBERED = f"{DRAWING}pPr/{DRAWING}buAutoNum"
FORMATS = {
    "arabic": "decimal", "alphaLc": "lowerLetter", "alphaUc": "upperLetter",
    "romanLc": "lowerRoman", "romanUc": "upperRoman",
}  # fmt: skip
"""Names of number formats in PowerPoint and Word."""
FORMS = {"Period": "{}.", "ParenR": "{})", "ParenBoth": "({})", "Plain": "{}"}
NO, PLAIN = ("0", "false"), "noStrike"
PLAIN_STYLES = ("{5940675A-B579-460E-94D1-54222C63F5DA}", "{2D5ABB26-0587-4C30-8999-92F81FD0307C}", None)
"""Styles in which the first row of a table looks like any other."""
TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

_SCHEME = re.compile(f"({'|'.join(FORMATS)})({'|'.join(FORMS)})")


def read(path: Path, writer: Writer) -> Document:
    from pptx import Presentation

    presentation = Presentation(str(path))
    for slide in presentation.slides:
        writer.page()
        if slide._element.get("show") not in NO:
            _remove_unseen(slide)
            _write(slide, writer)
    return writer.document(presentation.core_properties.title or "", TYPE)


def _remove_unseen(slide: Slide) -> None:
    """Remove hidden shapes, and what is struck through."""
    for element in [*slide._element.iter(*SHAPES, RUN)]:
        properties = element.find(f"./*/{PRESENTATION}cNvPr")
        style = element.find(f"{DRAWING}rPr")
        is_hidden = properties is not None and properties.get("hidden", NO[0]) not in NO
        is_struck = style is not None and style.get("strike", PLAIN) != PLAIN
        if is_hidden or is_struck:
            element.getparent().remove(element)


def _write(slide: Slide, writer: Writer) -> None:
    title = slide.shapes.title
    if title is not None:
        writer.heading(1, title.text_frame.text)
    for shape in _leaves(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            _write_shape(shape, writer)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame):
        writer.block(_numbered(notes))


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
        writer.block(_numbered(shape.text_frame))
    elif getattr(shape, "has_table", False):
        tables.write_inline([*_rows(shape.table)], writer, _looks_headed(shape.table))
    elif (chart := _related(shape, f"{CHART}chart", "id")) is not None:
        _write_chart(chart, writer)
    elif (diagram := _related(shape, f"{DIAGRAM}relIds", "dm")) is not None:
        writer.block("\n\n".join(map(_drawn_text, diagram.iter(f"{DIAGRAM}t"))))


def _related(shape: Any, tag: str, name: str) -> Any:
    """The root of the file that an element of the shape refers to by the attribute; None without one."""
    from pptx.oxml import parse_xml

    reference = shape._element.find(f".//{tag}")
    relation = shape.part.rels.get("" if reference is None else reference.get(f"{RELATIONS}{name}"))
    return None if relation is None or relation.is_external else parse_xml(relation.target_part.blob)


def _write_chart(chart: Any, writer: Writer) -> None:
    """The title and the numbers of a chart of any type: python-pptx knows the plain ones."""
    writer.block("".join(map(_drawn_text, chart.findall(f".//{CHART}title"))))
    series = [*chart.iter(f"{CHART}ser")]
    names = ["; ".join(_points(each, "tx").values()) for each in series]
    values = [_points(each, "val") | _points(each, "yVal") for each in series]
    categories = _points(series[0], "cat") | _points(series[0], "xVal") if series else {}
    rows = [[name, *(found.get(at) for found in values)] for at, name in categories.items()]
    tables.write_with_header(["", *names], rows, writer)


def _points(series: Any, name: str) -> dict[str, str]:
    """By index."""
    found = series.find(f"{CHART}{name}")
    if found is None:
        return {}
    code = found.findtext(f".//{CHART}formatCode", "")
    return {
        point.get("idx", ""): _shown(point.findtext(f"{CHART}v", ""), code)
        for point in found.iter(f"{CHART}pt")
    }


def _shown(value: str, code: str) -> str:
    """The value in a number format of Excel, dates in ISO 8601."""
    from openpyxl.styles.numbers import is_date_format
    from openpyxl.utils.datetime import from_excel

    try:
        number = float(value)
    except ValueError:
        return value
    if is_date_format(code):
        return str(from_excel(number)).removesuffix(" 00:00:00")
    return number_format.show(number, code) or value


def _drawn_text(parent: Any) -> str:
    return "".join(text.text or "" for text in parent.iter(f"{DRAWING}t"))


def _numbered(frame: Any) -> str:
    """The paragraphs, with the numbers of those in numbered lists: a file has only their schemes."""
    numbers = _Numbers()
    texts = (numbers.marker(each) + each.text for each in frame.paragraphs)
    return "\n\n".join(text for text in texts if text.strip())


class _Numbers:
    """Counts the paragraphs of a text, which are asked for in order."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[dict[str, str], int]] = {}
        """The scheme and the number of the last paragraph at each level."""

    def marker(self, paragraph: Any) -> str:
        """The number before the paragraph, and a space; empty if it is in no numbered list."""
        if not paragraph.text.strip():
            return ""
        level, rule = paragraph.level, paragraph._p.find(NUMBERED)
        self._last = {at: last for at, last in self._last.items() if at <= level}
        before, number = self._last.pop(level, ({}, 0))
        if rule is None:
            return ""
        scheme = dict(rule.attrib)
        number = number + 1 if scheme == before else int(scheme.get("startAt", 1))
        self._last[level] = scheme, number
        return _written(scheme.get("type", ""), number) + " "


def _written(scheme: str, number: int) -> str:
    """The number as `scheme` writes it; in digits with a period if the scheme is a rare one."""
    found = _SCHEME.fullmatch(scheme)
    format, form = found.groups() if found else ("arabic", "Period")
    return FORMS[form].format(written(number, FORMATS[format]))


def _rows(table: Any) -> Iterator[list[str]]:
    """The cells of each row; one that spans columns appears once, one that spans rows in each row."""
    above: list[str] = []
    for row in table.rows:
        above = [
            above[at] if cell._tc.vMerge and at < len(above) else cell.text
            for at, cell in enumerate(row.cells)
        ]
        yield above


def _looks_headed(table: Any) -> bool:
    """Whether the table's style sets its first row apart, and the table has that turned on."""
    return bool(table.first_row) and table._tbl.tblPr.findtext(STYLE) not in PLAIN_STYLES
