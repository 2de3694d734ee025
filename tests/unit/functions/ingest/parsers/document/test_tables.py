import io
from datetime import date, datetime, time

import openpyxl
import pytest

from footnote.text.sentences import sentences
from tests.unit.functions.ingest.parse_type import Parse


def test_a_single_row_is_no_header(read: Parse) -> None:
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


def test_a_doubled_quote_after_the_sample_is_one_quote(read: Parse) -> None:
    plain = "".join(f'"part {number}","bolt, steel","{number}"\n' for number in range(2_000))
    table = f'"name","what","stock"\n{plain}"7","12"" pipe, steel","9"\n'
    assert read("a.csv", table.encode()).text[:].endswith('name: 7; what: 12" pipe, steel; stock: 9\n\n')


def test_years_may_be_column_names(read: Parse) -> None:
    table = b"Region,2021,2022\nNorth,10,12.5\nSouth,20,\n"
    assert read("a.csv", table).text[:] == (
        "Region: North; 2021: 10; 2022: 12.5\nRegion: South; 2021: 20\n\n"
    )


@pytest.mark.parametrize("first", ["North,10,11", "1,2021,2022", "2021,Region,2022", "A,2021,3000"])
def test_numbers_other_than_years_after_a_name_are_no_header(read: Parse, first: str) -> None:
    cells = "; ".join(first.split(","))
    assert read("a.csv", f"{first}\nSouth,20,21\n".encode()).text[:] == f"{cells}\n\nSouth; 20; 21\n\n"


def test_a_year_in_each_row_is_no_header(read: Parse) -> None:
    rows = b"Ada,1990,London\nBob,1985,Paris\n"
    assert read("a.csv", rows).text[:] == "Ada; 1990; London\n\nBob; 1985; Paris\n\n"


@pytest.mark.parametrize("amount", ["$1,200.00", "(5.00)", "-3 €", "45%", "1e-5", "1.234,5"])
def test_an_amount_is_a_value(read: Parse, amount: str) -> None:
    rows = f'Rent,"{amount}"\nFood,7\n'.encode()
    assert read("a.csv", rows).text[:] == f"Rent; {amount}\n\nFood; 7\n\n"


def test_a_single_year_is_a_value(read: Parse) -> None:
    rows = b"Founded,1998\nEmployees,500\nHeadquarters,Berlin\n"
    assert read("a.csv", rows).text[:] == "Founded; 1998\n\nEmployees; 500\n\nHeadquarters; Berlin\n\n"


def test_a_title_above_a_table_is_no_header(read: Parse) -> None:
    table = b"Sales report of the company,,\n,,\nIn thousands,,\nProduct,Price,Since\nLamp,19.99,2024\n"
    assert read("a.csv", table).text[:] == (
        "Sales report of the company\n\nIn thousands\n\nProduct: Lamp; Price: 19.99; Since: 2024\n\n"
    )


@pytest.mark.parametrize("facts", ["Since,2026-01-01", "Currency:,euros", "Buyer,Norrsken,,Code"])
def test_a_fact_above_a_wider_table_is_no_header(read: Parse, facts: str) -> None:
    table = "Article,Range,List,Net,Lead time,Weight\nHP-1,a,b,c,d,e\nHP-2,f,g,h,i,j\n"
    assert read("a.csv", f"Prices\n{facts}\n{table}".encode()).text[:].splitlines()[4:6] == [
        "Article: HP-1; Range: a; List: b; Net: c; Lead time: d; Weight: e",
        "Article: HP-2; Range: f; List: g; Net: h; Lead time: i; Weight: j",
    ]


@pytest.mark.parametrize("fact", ["Valid from,2026", "Valid from,2026-01-01", "As of:,today"])
def test_a_single_fact_above_a_table_of_three_columns_is_no_header(read: Parse, fact: str) -> None:
    text = read("a.csv", f"{fact}\nPlan,Price,Term\nTeam,low,long\n".encode()).text[:]
    assert text.splitlines()[2] == "Plan: Team; Price: low; Term: long"


def test_rows_without_names_do_not_read_like_wrapped_text(read: Parse) -> None:
    row = "Pressure transmitter of steel, for all liquids;{};{}"
    table = "\n".join(row.format(number, number) for number in (100, 200))
    text = read("a.csv", table.encode()).text
    assert len([*sentences(text)]) == 2


def test_a_remark_in_the_first_column_has_no_name(read: Parse) -> None:
    table = b"From,To,Discount\n0,99,3%\nNot for services.\n"
    assert read("a.csv", table).text[:] == "From: 0; To: 99; Discount: 3%\n\nNot for services.\n\n"


def test_a_table_of_one_column_has_a_header(read: Parse) -> None:
    assert read("a.csv", b"name\nAda\nBob\n").text[:] == "name: Ada\nname: Bob\n\n"


def test_a_cell_is_read_as_it_is_displayed(read: Parse) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["Product", "Since", "Seen", "At", "Margin", "Share"])
    sheet.append(["Lamp", date(2024, 1, 5), datetime(2024, 1, 5, 8, 30), time(8, 30), 0.125, 1])
    sheet["E2"].number_format, sheet["F2"].number_format = "0.0%", "0%"
    content = io.BytesIO()
    workbook.save(content)
    assert read("a.xlsx", content.getvalue()).text[:] == (
        "Sheet\n\nProduct: Lamp; Since: 2024-01-05; Seen: 2024-01-05 08:30:00; At: 08:30:00; "
        "Margin: 12.5%; Share: 100%\n\n"
    )


def test_an_apostrophe_is_no_quote_character(read: Parse) -> None:
    table = b"place,people\n's-Hertogenbosch,160000\n'Den Bosch',1\n'Utrecht',2\n"
    assert read("a.csv", table).text[:] == (
        "place: 's-Hertogenbosch; people: 160000\nplace: 'Den Bosch'; people: 1\n"
        "place: 'Utrecht'; people: 2\n\n"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_ends_only_at_a_line_ending(read: Parse, end: str) -> None:
    rows = ("name,note", "Ada,born\u2028in\x0b\x0c\x1c\x85London", 'Bob,"one\ntwo"', "Cid,z")
    assert read("a.csv", end.join(rows).encode()).text[:] == (
        "name: Ada; note: born in London\nname: Bob; note: one two\nname: Cid; note: z\n\n"
    )


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_short_record_is_written_on_one_line(read: Parse, name: str) -> None:
    record = b'{"id": "OPS-1", "open": true, "points": 3, "note": null}'
    assert read(name, record).text[:] == "id: OPS-1; open: true; points: 3\n\n"


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ('{"a": "x", "b": {"c": 1}}', "a: x\nb.c: 1\n\n"),
        ('{"a": "x", "b": [1, 2]}', "a: x\nb: 1\nb: 2\n\n"),
        ('{"a": "x\\ny", "b": 1}', "a: x\ny\nb: 1\n\n"),
        ('{"a": [{"b": 1, "c": {"d": [2, 3]}}]}', "a.b: 1\na.c.d: 2\na.c.d: 3\n\n"),
        (f'{{"a": "{500 * "x"}", "b": 1}}', f"a: {500 * 'x'}\nb: 1\n\n"),
    ],
)
def test_a_long_or_nested_record_is_written_on_a_line_for_each_value(
    read: Parse, record: str, text: str
) -> None:
    assert read("a.json", record.encode()).text[:] == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            b'{"site": "Cork", "all": [{"id": "P-1", "alarm": {"high": 4}}, {"id": 2, "on": [1, 2]}]}',
            "site: Cork\nall.id: P-1; all.alarm.high: 4\nall.id: 2; all.on: 1; all.on: 2",
        ),
        (b'[{"id": "P-1", "alarm": {"high": 4}}]', "id: P-1; alarm.high: 4"),
    ],
)
def test_a_short_record_in_a_list_is_written_on_one_line(read: Parse, content: bytes, text: str) -> None:
    assert read("a.json", content).text[:] == text + "\n\n"
