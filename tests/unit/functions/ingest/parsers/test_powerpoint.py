import io

from pptx import Presentation
from pptx.util import Inches

from tests.unit.functions.ingest.parse_type import Parse

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
        "Quarterly results\n\nRevenue grew\nby a tenth.\nCosts fell.\n\n"
        "Region | Sales (million)\nNorth West | 12\n\n"
    )
