import io

import openpyxl

from tests.unit.functions.ingest.reading import Parse


def test_a_row_that_stands_alone_is_no_header(read: Parse) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "Facts"
    workbook.active.append(["name", "fact"])
    workbook.active.append(["first", "one"])
    workbook.create_sheet("Note").append(["The reactor", "is off."])
    content = io.BytesIO()
    workbook.save(content)
    text = read("a.xlsx", content.getvalue()).text[:]
    assert text == "Facts\n\nname: first; fact: one\n\nNote\n\nThe reactor; is off.\n\n"
    assert read("a.csv", b"The reactor,is off.\n").text[:] == "The reactor; is off.\n\n"
