import pytest

from tests.unit.functions.ingest.parse_type import Parse


def test_a_page_within_a_form_is_read(read: Parse) -> None:
    page = b"""<body><form action="./page.aspx"><input type="hidden" name="__VIEWSTATE" value="dDw="/>
        <h1>Leave</h1><p>Thirty days.</p><label>Your days <input></label></form></body>"""
    assert read("a.html", page).text[:] == "Leave\n\nThirty days.\n\nYour days\n\n"


@pytest.mark.parametrize(
    "control",
    [
        "<button>Send</button>",
        "<div><button><span>Send</span></button></div>",
        "<select><optgroup label='Countries'><option>Denmark</select>",
        "<input list='known'><datalist id='known'><option>Denmark</option></datalist>",
        "<textarea>Write here</textarea>",
    ],
)
def test_form_controls_are_skipped(read: Parse, control: str) -> None:
    page = f"<body><form><p>Thirty days.</p>{control}</form></body>"
    assert read("a.html", page.encode()).text[:] == "Thirty days.\n\n"


def test_a_button_in_a_heading_is_read(read: Parse) -> None:
    page = b"<body><form><h2><button>Leave</button></h2><p>Thirty days.</p></form></body>"
    assert read("a.html", page).text[:] == "Leave\n\nThirty days.\n\n"


def test_a_table_row_becomes_one_line(read: Parse) -> None:
    page = b"""<table><tr><th>Plan</th><th><div><b>Price</b></div></th></tr>
        <tr><td><p>Basic</p></td> <td>
        <div> <p><b>5 euros</b> a month</p><p>&nbsp;</p></div></td></tr></table>"""
    assert read("a.html", page).text[:] == "Plan | Price\n\nBasic | 5 euros a month\n\n"


def test_a_layout_table_keeps_its_paragraphs(read: Parse) -> None:
    page = b"<table><tr><td><h1>Leave</h1><p>Thirty days.</p><p>Or more.</p></td></tr></table>"
    assert read("a.html", page).text[:] == "Leave\n\nThirty days.\n\nOr more.\n\n"


def test_an_empty_paragraph_separates_text_in_a_single_cell(read: Parse) -> None:
    page = b"<table><tr><td><div>Thirty days.<p>&nbsp;</p>Or more.</div></td></tr></table>"
    assert read("a.html", page).text[:] == "Thirty days.\n\nOr more.\n\n"


def test_a_cell_with_several_blocks_keeps_them(read: Parse) -> None:
    page = b"""<table><tr><td><p>Home</p></td><td><h1>Leave</h1><p>Thirty days.</p></td></tr></table>
        <table><tr><td>Home</td><td><div>Thirty <b>days</b>.</div><p>Or more.</p></td></tr></table>
        <table><tr><td>Home</td><td>Thirty days.<p>Or more.</p></td></tr></table>"""
    assert read("a.html", page).text[:] == (
        "Home\n\nLeave\n\nThirty days.\n\nHome\n\nThirty days.\n\nOr more.\n\n"
        "Home | Thirty days.\n\nOr more.\n\n"
    )


def test_navigation_is_skipped(read: Parse) -> None:
    page = (
        b'<div role="navigation"><a href="/">next</a></div><div role="search">Quick search</div>'
        b'<h1>csv<a class="headerlink" href="#csv">\xc2\xb6</a></h1><p>It reads.</p>'
    )
    assert read("a.html", page).text[:] == "csv\n\nIt reads.\n\n"
