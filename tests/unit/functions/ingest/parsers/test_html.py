import pytest

from tests.unit.functions.ingest.parse_type import Parse


def test_a_page_that_is_all_one_form_is_read(read: Parse) -> None:
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
def test_what_is_there_to_fill_in_a_form_is_not_read(read: Parse, control: str) -> None:
    page = f"<body><form><p>Thirty days.</p>{control}</form></body>"
    assert read("a.html", page.encode()).text[:] == "Thirty days.\n\n"


def test_a_title_that_unfolds_what_is_under_it_is_read(read: Parse) -> None:
    page = b"<body><form><h2><button>Leave</button></h2><p>Thirty days.</p></form></body>"
    assert read("a.html", page).text[:] == "Leave\n\nThirty days.\n\n"


def test_a_rows_cells_are_in_a_line_whatever_is_in_them(read: Parse) -> None:
    page = b"""<table><tr><th>Plan</th><th><div><b>Price</b></div></th></tr>
        <tr><td><p>Basic</p></td> <td>
        <div> <p><b>5 euros</b> a month</p><p>&nbsp;</p></div></td></tr></table>"""
    assert read("a.html", page).text[:] == "Plan | Price\n\nBasic | 5 euros a month\n\n"


def test_a_table_around_a_page_leaves_its_paragraphs(read: Parse) -> None:
    page = b"<table><tr><td><h1>Leave</h1><p>Thirty days.</p><p>Or more.</p></td></tr></table>"
    assert read("a.html", page).text[:] == "Leave\n\nThirty days.\n\nOr more.\n\n"


def test_an_empty_paragraph_parts_the_text_of_a_lone_cell(read: Parse) -> None:
    page = b"<table><tr><td><div>Thirty days.<p>&nbsp;</p>Or more.</div></td></tr></table>"
    assert read("a.html", page).text[:] == "Thirty days.\n\nOr more.\n\n"


def test_the_paragraphs_of_a_cell_are_blocks_whatever_is_beside_it(read: Parse) -> None:
    page = b"""<table><tr><td><p>Home</p></td><td><h1>Leave</h1><p>Thirty days.</p></td></tr></table>
        <table><tr><td>Home</td><td><div>Thirty <b>days</b>.</div><p>Or more.</p></td></tr></table>
        <table><tr><td>Home</td><td>Thirty days.<p>Or more.</p></td></tr></table>"""
    assert read("a.html", page).text[:] == (
        "Home\n\nLeave\n\nThirty days.\n\nHome\n\nThirty days.\n\nOr more.\n\n"
        "Home | Thirty days.\n\nOr more.\n\n"
    )


def test_what_leads_elsewhere_is_not_read(read: Parse) -> None:
    page = (
        b'<div role="navigation"><a href="/">next</a></div><div role="search">Quick search</div>'
        b'<h1>csv<a class="headerlink" href="#csv">\xc2\xb6</a></h1><p>It reads.</p>'
    )
    assert read("a.html", page).text[:] == "csv\n\nIt reads.\n\n"
