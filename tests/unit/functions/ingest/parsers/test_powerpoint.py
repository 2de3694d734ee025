import io
from datetime import date

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.presentation import Presentation as PresentationType
from pptx.util import Inches

from tests.unit.functions.ingest.parse_type import Parse

DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
PLACE = Inches(1), Inches(2), Inches(6), Inches(1)


def test_a_line_end_in_a_paragraph_separates_words(read: Parse) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Quarterly\vresults"
    slide.shapes.add_textbox(*PLACE).text_frame.text = "Revenue grew\vby a tenth.\nCosts fell."
    table = slide.shapes.add_table(2, 2, *PLACE).table
    rows = ("Region", "Sales\n(million)"), ("North\vWest", "12")
    for cell, text in zip(table.iter_cells(), sum(rows, ()), strict=True):
        cell.text = text
    content = io.BytesIO()
    presentation.save(content)
    document = read("a.pptx", content.getvalue())
    assert document.title == "Quarterly results"
    assert document.text[:] == (
        "Quarterly results\n\nRevenue grew\nby a tenth.\n\nCosts fell.\n\n"
        "Region: North West; Sales (million): 12\n\n"
    )


@pytest.mark.parametrize(
    ("shows_header", "style", "text"),
    [
        (True, "", "Name: Task; Ada: Engine\n\n"),
        (False, "", "Name | Ada\nTask | Engine\n\n"),
        (True, "{5940675A-B579-460E-94D1-54222C63F5DA}", "Name | Ada\nTask | Engine\n\n"),
        (True, "{2D5ABB26-0587-4C30-8999-92F81FD0307C}", "Name | Ada\nTask | Engine\n\n"),
    ],
    ids=["header", "no header", "a grid without style", "no style and no grid"],
)
def test_a_table_of_two_columns_has_a_header_if_it_shows_one(
    read: Parse, shows_header: bool, style: str, text: str
) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    table = slide.shapes.add_table(2, 2, *PLACE).table
    table.first_row = shows_header
    for cell, word in zip(table.iter_cells(), ("Name", "Ada", "Task", "Engine"), strict=True):
        cell.text = word
    if style:
        table._tbl.tblPr[0].text = style
    content = io.BytesIO()
    presentation.save(content)
    assert read("a.pptx", content.getvalue()).text[:] == text


def test_a_merged_cell_stands_in_each_of_its_rows(read: Parse) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    table = slide.shapes.add_table(4, 3, *PLACE).table
    rows = ("Region", "Quarter", "Sales"), ("North", "Q1", "12"), ("", "Q2", "14"), ("South", "", "9")
    for cell, text in zip(table.iter_cells(), sum(rows, ()), strict=True):
        cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 1))
    content = io.BytesIO()
    presentation.save(content)
    assert read("a.pptx", content.getvalue()).text[:] == (
        "Region: North; Quarter: Q1; Sales: 12\nRegion: North; Quarter: Q2; Sales: 14\n"
        "Region: South; Sales: 9\n\n"
    )


@pytest.mark.parametrize("no", ["0", "false"])
def test_a_hidden_slide_is_left_out_and_counted(read: Parse, no: str) -> None:
    presentation = Presentation()
    for number in range(3):
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = f"Slide {number}"
        slide.notes_slide.notes_text_frame.text = f"Notes {number}"
    presentation.slides[1]._element.set("show", no)
    content = io.BytesIO()
    presentation.save(content)
    document = read("a.pptx", content.getvalue())
    assert document.text[:] == "Slide 0\n\nNotes 0\n\nSlide 2\n\nNotes 2\n\n"
    assert document.pages == (0, 18, 18)


def test_hidden_shapes_and_struck_text_are_left_out(read: Parse) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    seen, hidden, group = (
        slide.shapes.add_textbox(*PLACE),
        slide.shapes.add_textbox(*PLACE),
        slide.shapes.add_group_shape(),
    )
    group.shapes.add_textbox(*PLACE).text_frame.text = "In a hidden group."
    hidden.text_frame.text = "Hidden."
    for shape in (hidden, group):
        shape._element.xpath("./*/p:cNvPr")[0].set("hidden", "1")
    paragraph = seen.text_frame.paragraphs[0]
    for text, strike in (("It costs ", "noStrike"), ("$9 ", "sngStrike"), ("$5.", None)):
        run = paragraph.add_run()
        run.text = text
        if strike:
            run.font._element.set("strike", strike)
    content = io.BytesIO()
    presentation.save(content)
    assert read("a.pptx", content.getvalue()).text[:] == "It costs $5.\n\n"


def numbered(text: str, type: str = "arabicPeriod", level: int = 0, more: str = "") -> str:
    """A paragraph as PowerPoint writes it."""
    number = f'<a:buFont typeface="+mj-lt"/><a:buAutoNum type="{type}"{more}/>' if type else ""
    run = (
        f'<a:r><a:rPr lang="en-US"/><a:t>{text}</a:t></a:r>' if text else '<a:endParaRPr lang="en-US"/>'
    )
    return f'<a:p xmlns:a="{DRAWING}"><a:pPr marL="514350" lvl="{level}">{number}</a:pPr>{run}</a:p>'


def test_the_items_of_a_numbered_list_have_their_numbers(read: Parse) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    frame = slide.shapes.add_textbox(*PLACE).text_frame
    for item in (
        numbered("Plug in"),
        numbered("Wait:", level=0),
        numbered("a minute", "alphaLcParenBoth", 1),
        numbered("or two", "alphaLcParenBoth", 1),
        numbered(""),
        numbered("Switch on"),
        numbered("again", "alphaLcParenBoth", 1),
        numbered("Then", ""),
        numbered("rest", "romanUcParenR", more=' startAt="4"'),
        numbered("sleep", "romanUcParenR", more=' startAt="4"'),
        numbered("dream", "arabicPlain"),
        numbered("wake", "thaiAlphaPeriod"),
    ):
        frame._txBody.append(parse_xml(item))
    content = io.BytesIO()
    presentation.save(content)
    assert read("a.pptx", content.getvalue()).text[:].split("\n\n") == [
        "1. Plug in", "2. Wait:", "(a) a minute", "(b) or two", "3. Switch on", "(a) again", "Then",
        "IV) rest", "V) sleep", "1 dream", "1. wake", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("type", "replaced"),
    [
        (XL_CHART_TYPE.COLUMN_CLUSTERED, (b"", b"")),
        (XL_CHART_TYPE.PIE, (b"", b"")),
        (XL_CHART_TYPE.LINE, (b"lineChart>", b"line3DChart>")),
    ],
)
def test_the_numbers_of_a_chart_are_read(
    read: Parse, type: XL_CHART_TYPE, replaced: tuple[bytes, bytes]
) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    data = CategoryChartData(number_format="0.0%")  # type: ignore[no-untyped-call]
    data.categories = [date(2026, 1, 31), date(2026, 2, 28)]
    data.add_series("Growth", (0.195, 0.21))  # type: ignore[no-untyped-call]
    chart = slide.shapes.add_chart(type, *PLACE, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Against last year"
    chart.part._element = parse_xml(chart.part.blob.replace(*replaced))
    assert read("a.pptx", saved(presentation)).text[:] == (
        "Against last year\n\n2026-01-31; Growth: 19.5%\n2026-02-28; Growth: 21.0%\n\n"
    )


def test_the_texts_of_a_diagram_are_read(read: Parse) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    point = "<d:pt><d:t><a:p><a:r><a:t>{}</a:t></a:r></a:p></d:t></d:pt>"
    points = f"<d:ptLst>{point.format('Plan')}{point.format('Build')}</d:ptLst>"
    model = f'<d:dataModel xmlns:d="{DIAGRAM}" xmlns:a="{DRAWING}">{points}</d:dataModel>'.encode()
    part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", slide.part.package, model)
    frame = slide.shapes.add_table(1, 1, *PLACE)._element
    graphic = frame.find(f".//{{{DRAWING}}}graphicData")
    graphic.set("uri", DIAGRAM)
    id = slide.part.relate_to(part, f"{RELATIONS}/diagramData")
    graphic[:] = [parse_xml(f'<d:relIds xmlns:d="{DIAGRAM}" xmlns:r="{RELATIONS}" r:dm="{id}"/>')]
    assert read("a.pptx", saved(presentation)).text[:] == "Plan\n\nBuild\n\n"


def saved(presentation: PresentationType) -> bytes:
    content = io.BytesIO()
    presentation.save(content)
    return content.getvalue()
