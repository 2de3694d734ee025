import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from footnote.errors import Unreadable
from tests import files
from tests.unit.functions.ingest.parse_type import Parse


def test_the_reason_of_a_broken_workbook_does_not_quote_it(read: Parse) -> None:
    sound, broken = zipfile.ZipFile(io.BytesIO(files.excel("Text."))), io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        for name in sound.namelist():
            content = sound.read(name)
            if name.endswith("sheet1.xml"):
                cell = b'<c r="C1" t="n"><v>Ada has epilepsy</v></c></row>'
                content = content.replace(b"</row>", cell, 1)
            archive.writestr(name, content)
    with pytest.raises(Unreadable, match="broken or truncated excel file") as refused:
        read("a.xlsx", broken.getvalue())
    assert "epilepsy" not in refused.value.message


def saved(workbook: Workbook) -> bytes:
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


ACCOUNTING = r'_("$"* #,##0.00_);_("$"* \(#,##0.00\);_("$"* "-"??_);_(@_)'


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (-1234.567, "#,##0.00 [$€-407];[Red]-#,##0.00 [$€-407]", "-1,234.57 €"),
        (1234.5, ACCOUNTING, "$ 1,234.50"),
        (-5, ACCOUNTING, "$ (5.00)"),
        (0, ACCOUNTING, "$ -"),
        (1 / 3, "0.0%", "33.3%"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-7, "General", "1e-07"),
        (1234, "00000", "01234"),
        (0.5, "# ?/?", "0.5"),
        (1e300, "0.00", f"1{'0' * 300}.00"),
        (date(2026, 11, 30), "DD/MM/YYYY", "2026-11-30"),
        (datetime(2026, 11, 30, 13, 5), "yyyy-mm-dd h:mm", "2026-11-30 13:05:00"),
        (time(13, 5), "h:mm", "13:05:00"),
        (timedelta(hours=26, minutes=30), "[h]:mm", "26:30:00"),
        (True, "General", "True"),
        ("a text", "0.00", "a text"),
        ("seen by nobody", ";;;", None),
        (12, ";;;", None),
    ],
)
def test_a_cell_is_read_as_it_is_shown(
    read: Parse, value: object, number_format: str, text: str | None
) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["first", value])
    sheet["B1"].number_format = number_format
    assert read("a.xlsx", saved(workbook)).text[:] == f"Sheet\n\n{named('first', text)}\n\n"


def named(*cells: str | None) -> str:
    return "; ".join(filter(None, cells))


def test_a_merged_cell_stands_in_each_of_its_rows(read: Parse) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in (
        ("Fees", None, None),
        (),
        ("Port", "Ship", "Fee"),
        ("Oslo", "Ferry", 9),
        (None, "Yacht", 3),
    ):
        sheet.append(row)
    sheet.append([None, "Tug", "none"])
    for merged in ("A1:C2", "A4:A6", "C4:C4"):
        sheet.merge_cells(merged)
    assert read("a.xlsx", saved(workbook)).text[:] == (
        "Sheet\n\nFees\n\nPort: Oslo; Ship: Ferry; Fee: 9\nPort: Oslo; Ship: Yacht; Fee: 3\n"
        "Port: Oslo; Ship: Tug; Fee: none\n\n"
    )


def hide_sheet(workbook: Workbook) -> None:
    workbook.worksheets[1].sheet_state = "hidden"


def hide_sheet_well(workbook: Workbook) -> None:
    workbook.worksheets[1].sheet_state = "veryHidden"


def hide_column(workbook: Workbook) -> None:
    workbook.worksheets[0].column_dimensions["B"].hidden = True


def strike_column(workbook: Workbook) -> None:
    for row in workbook.worksheets[0].iter_rows(min_col=2, max_col=2):
        row[0].font = Font(strike=True)


def hide_row(workbook: Workbook) -> None:
    workbook.worksheets[0].row_dimensions[3].hidden = True


def fold_column(workbook: Workbook) -> None:
    workbook.worksheets[0].column_dimensions.group("B", "B", hidden=True)


FIRST = "Prices\n\nname: tea; old: 4; new: 5\nname: rum; old: 6; new: 7\n\n"
SECOND = "Costs\n\nname: tea; cost: 2\n\n"
WITHOUT_OLD = "Prices\n\nname: tea; new: 5\nname: rum; new: 7\n\n"


@pytest.mark.parametrize(
    ("hide", "text"),
    [
        (hide_sheet, FIRST),
        (hide_sheet_well, FIRST),
        (hide_column, WITHOUT_OLD + SECOND),
        (strike_column, WITHOUT_OLD + SECOND),
        (hide_row, FIRST + SECOND),
        (fold_column, FIRST + SECOND),
    ],
)
def test_what_the_author_hid_is_left_out(
    read: Parse, hide: Callable[[Workbook], None], text: str
) -> None:
    """But not rows, which a filter may hide, nor a folded group, which anybody unfolds."""
    workbook = Workbook()
    prices, costs = workbook.worksheets[0], workbook.create_sheet("Costs")
    prices.title = "Prices"
    for cells in (["name", "old", "new"], ["tea", 4, 5], ["rum", 6, 7]):
        prices.append(cells)
    for cells in (["name", "cost"], ["tea", 2]):
        costs.append(cells)
    hide(workbook)
    assert read("a.xlsx", saved(workbook)).text[:] == text
