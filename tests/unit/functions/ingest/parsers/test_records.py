import io

import openpyxl

from tests.unit.functions.ingest.reading import Parse


def test_a_row_that_stands_alone_is_no_header(read: Parse) -> None:
    workbook = openpyxl.Workbook()
    facts = workbook.worksheets[0]
    facts.title = "Facts"
    facts.append(["name", "fact"])
    facts.append(["first", "one"])
    workbook.create_sheet("Note").append(["The reactor", "is off."])
    content = io.BytesIO()
    workbook.save(content)
    text = read("a.xlsx", content.getvalue()).text[:]
    assert text == "Facts\n\nname: first; fact: one\n\nNote\n\nThe reactor; is off.\n\n"
    assert read("a.csv", b"The reactor,is off.\n").text[:] == "The reactor; is off.\n\n"


def test_a_quote_in_a_quoted_cell_is_doubled_however_late_the_first_is(read: Parse) -> None:
    plain = "".join(f'"part {number}","bolt, steel","{number}"\n' for number in range(2_000))
    table = f'"name","what","stock"\n{plain}"7","12"" pipe, steel","9"\n'
    assert read("a.csv", table.encode()).text[:].endswith('name: 7; what: 12" pipe, steel; stock: 9\n\n')
