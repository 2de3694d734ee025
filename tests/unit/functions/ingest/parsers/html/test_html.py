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
    assert read("a.html", page).text[:] == "Plan: Basic; Price: 5 euros a month\n\n"


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


HEADER = "<tr><th>Plan<th>Price<th>Seats</tr>"


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (
            f"\n<thead> {HEADER} </thead>\n<tbody>\n<tr> <td>Pro<td>$9 | €8<td>10<tr><td>Basic<td><td>1",
            "Plan: Pro; Price: $9 | €8; Seats: 10\n\nPlan: Basic; Seats: 1\n\n",
        ),
        (
            "<tr><td><th>Mon<th>Tue<tr><th>Open<td>9<td>10",
            "Open; Mon: 9; Tue: 10\n\n",
        ),
        ("<tr><th>Name<td>Ada<tr><th>Task<td>Engine", "Name | Ada\n\nTask | Engine\n\n"),
        (f"{HEADER}<tr><td colspan=2>Pro<td>10", "Plan | Price | Seats\n\nPro | 10\n\n"),
        (
            f"{HEADER}<tr><td rowspan=2>Pro<td>$9<td>1<tr><td>$8<td>10",
            "Plan: Pro; Price: $9; Seats: 1\n\nPlan: Pro; Price: $8; Seats: 10\n\n",
        ),
        (
            "<tr><th rowspan=2>Plan<th colspan=2>Price<tr><th>Old<th>New<tr><td>Pro<td>$9<td>$8",
            "Plan | Price\n\nPlan: Pro; Old: $9; New: $8\n\n",
        ),
        (
            "<tr><td colspan=2>Pro<td rowspan=2>$9<tr><td>Basic<td>Free<tr><td>Trial",
            "Pro | $9\n\nBasic | Free | $9\n\nTrial\n\n",
        ),
        (f"{HEADER}<tr><td>Pro<td>$9", "Plan | Price | Seats\n\nPro | $9\n\n"),
        (HEADER, "Plan | Price | Seats\n\n"),
        ("<tr><th>All plans<tr><td>Pro", "All plans\n\nPro\n\n"),
        ("<tr><th colspan=2>A<th>B<tr><td>1<td colspan=2>2", "A | B\n\n1 | 2\n\n"),
        (f"<tr><th>A<th>{81 * 'B'}<tr><td>1<td>2", f"A | {81 * 'B'}\n\n1 | 2\n\n"),
    ],
    ids=[
        "header",
        "corner",
        "row names",
        "colspan",
        "rowspan",
        "header of two rows",
        "rowspan after colspan",
        "short row",
        "header alone",
        "one column",
        "header spans columns",
        "long names",
    ],
)
def test_the_rows_of_a_table_with_a_header_name_their_columns(
    read: Parse, table: str, text: str
) -> None:
    assert read("a.html", f"<table>{table}</table>".encode()).text[:] == text
    two = f"<table>{table}</table><table><tr><td>a<td>b<td>c</table>"
    assert read("a.html", two.encode()).text[:] == f"{text}a | b | c\n\n"


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("<p>Fire.</p><p>Or smoke.</p>", "- Fire.\n\nOr smoke.\n\n"),
        ("\n  <div>Fire.</div>\n", "- Fire.\n\n"),
        ("Fire.<p>Or smoke.</p>", "- Fire.\n\nOr smoke.\n\n"),
        ("<p><p>Fire.</p>", "- Fire.\n\n"),
        ("<ul><li><p>Fire.</p></ul>", "- Fire.\n\n"),
    ],
)
def test_an_item_of_paragraphs_keeps_its_marker(read: Parse, item: str, text: str) -> None:
    assert read("a.html", f"<ul><li>{item}</li></ul>".encode()).text[:] == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<ol><li>Open.<li>Close.</ol>", "1. Open.\n\n2. Close.\n\n"),
        ("<ol start=4><li>Open.<li><li><p>Close.</p></ol>", "4. Open.\n\n6. Close.\n\n"),
        ("<ol start=-1><li>Open.</ol>", "1. Open.\n\n"),
        (
            "<ol><li>Open.<ul><li>Gently.</ul>Then<li>Close.</ol>",
            "1. Open.\n\n- Gently.\n\nThen\n\n2. Close.\n\n",
        ),
        (
            "<ol><li>Open.<ol><li>Turn.<li>Pull.</ol><li>Close.</ol>",
            "1. Open.\n\n1. Turn.\n\n2. Pull.\n\n2. Close.\n\n",
        ),
        ("<li>Open.", "- Open.\n\n"),
    ],
    ids=["plain", "start and empty item", "odd start", "list within", "steps within", "no list"],
)
def test_the_items_of_a_numbered_list_keep_their_numbers(read: Parse, markup: str, text: str) -> None:
    assert read("a.html", markup.encode()).text[:] == text


def test_what_is_struck_through_is_left_out(read: Parse) -> None:
    markup = "<p>It costs <s>10</s> <del>9 <b>euros</b></del> <strike>8</strike> 7 euros.</p>"
    assert read("a.html", markup.encode()).text[:] == "It costs 7 euros.\n\n"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<h2>Fees<a class="hash-link">\u200b</a></h2><p>One.', "Fees\n\nOne.\n\n"),
        ('<h2>Fees<span class="mw-editsection">[edit]</span></h2><p>One.', "Fees\n\nOne.\n\n"),
        ('<div role="dialog">Accept cookies?</div><p>One.', "One.\n\n"),
        ('<div role="banner">News!</div><p>One.', "One.\n\n"),
        ('<div role="banner"><h1>Fees</h1></div><p>One.', "Fees\n\nOne.\n\n"),
        ('<p>One<span style="color: red; display: none">1</span>.', "One.\n\n"),
        ('<div style="display:none">It unfolds.</div>', "It unfolds.\n\n"),
    ],
)
def test_what_is_no_text_of_the_page_is_left_out(read: Parse, markup: str, text: str) -> None:
    assert read("a.html", markup.encode()).text[:] == text


@pytest.mark.parametrize(
    "listing",
    [
        '<pre><span class="linenos">1</span>port = 1\n<span class="linenos">2</span>tls = 1\n</pre>',
        '<table><tr><td class="linenos"><pre>1\n2</pre><td><pre>port = 1\ntls = 1\n</pre></table>',
    ],
)
def test_the_line_numbers_of_a_listing_are_left_out(read: Parse, listing: str) -> None:
    assert read("a.html", listing.encode()).text[:] == "port = 1\ntls = 1\n\n"


def test_a_formula_is_read_once(read: Parse) -> None:
    math = "<math><semantics><mrow><mi>E</mi></mrow><annotation>E=mc^2</annotation></semantics></math>"
    katex = f'<span class="katex"><span>{math}</span><span class="katex-html">E=mc2</span></span>'
    wikipedia = f'<span style="display: none;">{math}</span><img alt="E">'
    page = f"<p>First {katex}.<p>Then {wikipedia}.<p>And <math><mi>x</mi></math>."
    assert read("a.html", page.encode()).text[:] == "First E=mc^2.\n\nThen E=mc^2.\n\nAnd x.\n\n"


@pytest.mark.parametrize(
    ("definitions", "text"),
    [
        (
            "<dt>Burst<dd>Up to 20.<dt>Window:<dd><p>A minute.</p><p>It slides.</p>",
            "Burst: Up to 20.\n\nWindow: A minute.\n\nIt slides.\n\n",
        ),
        ("<dt>Burst<dt>Peak<dd>Up to 20.<dt>Rest", "Burst\n\nPeak: Up to 20.\n\nRest\n\n"),
        ("<dt>Fields<dd><ul><li>Name<li>Age</ul>", "Fields\n\n- Name\n\n- Age\n\n"),
        ("<dt>Use<dd><pre>run</pre>", "Use\n\nrun\n\n"),
    ],
)
def test_a_term_stands_before_its_definition(read: Parse, definitions: str, text: str) -> None:
    assert read("a.html", f"<dl>{definitions}</dl>".encode()).text[:] == text
