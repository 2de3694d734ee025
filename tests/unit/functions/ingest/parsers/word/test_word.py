"""Word files as Word writes them: with tracked changes, content controls, fields and text boxes."""

import io
from collections.abc import Callable

import docx
import pytest

from tests.unit.functions.ingest.parse_type import Parse
from tests.unit.functions.ingest.parsers.word.word_files import (
    cell,
    control,
    file,
    paragraph,
    row,
    run,
    table,
)

AUTHOR = 'w:id="1" w:author="Ada"'


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (f"<w:ins {AUTHOR}>{run('ten ')}</w:ins>", "ten "),
        (f"<w:moveTo {AUTHOR}>{run('ten ')}</w:moveTo>", "ten "),
        (f"<w:ins {AUTHOR}><w:ins {AUTHOR}>{run('ten ')}</w:ins></w:ins>", "ten "),
        (control(run("ten ")), "ten "),
        (control(control(run("ten "))), "ten "),
        (f'<w:fldSimple w:instr=" NUMPAGES ">{run("ten ")}</w:fldSimple>', "ten "),
        (f"<w:hyperlink><w:ins {AUTHOR}>{run('ten ')}</w:ins></w:hyperlink>", "ten "),
        (f"<w:smartTag>{run('ten ')}</w:smartTag>", "ten "),
        (f"<w:del {AUTHOR}><w:r><w:delText>six </w:delText></w:r></w:del>", ""),
        (f"<w:del {AUTHOR}>{run('six ')}</w:del>", ""),
        (f"<w:ins {AUTHOR}><w:del {AUTHOR}>{run('six ')}</w:del></w:ins>", ""),
        (f"<w:moveFrom {AUTHOR}>{run('six ')}</w:moveFrom>", ""),
        ("<w:r><w:instrText>NUMPAGES</w:instrText></w:r>", ""),
        (control(run("Click here to enter text."), properties="<w:showingPlcHdr/>"), ""),
        ("<w:r><w:tab/><w:noBreakHyphen/><w:cr/><w:br/><w:br w:type='page'/></w:r>", "\t-\n\n"),
    ],
)
def test_tracked_changes_count_as_accepted(read: Parse, inside: str, text: str) -> None:
    stops = '<w:pPr><w:tabs><w:tab w:val="left" w:pos="9"/></w:tabs></w:pPr>'
    document = read("a.docx", file(paragraph(stops, run("It has "), inside, run("pages."))))
    assert document.text[:] == f"It has {text}pages.\n\n"


@pytest.mark.parametrize("property", ["vanish", "strike", "dstrike"])
def test_what_the_author_hid_or_struck_through_is_left_out(read: Parse, property: str) -> None:
    hidden, seen = (
        run(text, f"<w:rPr><w:{property}{value}/></w:rPr>")
        for text, value in (("six ", ""), ("ten ", ' w:val="0"'))
    )
    document = file(paragraph(run("It has "), hidden, seen, run("pages.")))
    assert read("a.docx", document).text[:] == "It has ten pages.\n\n"


def style(id: str, properties: str, kind: str = "character", based_on: str = "") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style w:type="{kind}" w:styleId="{id}">{base}<w:rPr>{properties}</w:rPr></w:style>'


@pytest.mark.parametrize("property", ["vanish", "strike", "dstrike"])
def test_what_a_style_hides_or_strikes_through_is_left_out(read: Parse, property: str) -> None:
    on, off = f"<w:{property}/>", f'<w:{property} w:val="false"/>'
    styles = (
        style("Gone", on)
        + style("Derived", "<w:b/>", based_on="Gone")
        + style("Back", off, based_on="Gone")
        + style("Old", on, "paragraph")
        + style("Older", "<w:b/>", "paragraph", based_on="Old")
    )
    run_styles = {"Gone": "one ", "Derived": "two ", "Back": "three "}
    runs = [run(text, f'<w:rPr><w:rStyle w:val="{id}"/></w:rPr>') for id, text in run_styles.items()]
    again = run("five ", f'<w:rPr><w:rStyle w:val="Gone"/>{off}</w:rPr>')
    blocks = [
        paragraph(*runs, run("four "), again),
        paragraph(run("six"), style="Old"),
        paragraph(run("seven"), run("eight", f"<w:rPr>{off}</w:rPr>"), style="Older"),
    ]
    assert read("a.docx", file(*blocks, styles=styles)).text[:] == "three four five\n\neight\n\n"


def test_the_defaults_of_a_file_may_hide_all_but_some_of_it(read: Parse) -> None:
    defaults = "<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults>"
    seen = run("two", '<w:rPr><w:vanish w:val="0"/></w:rPr>')
    assert read("a.docx", file(paragraph(run("one"), seen), styles=defaults)).text[:] == "two\n\n"


def inserted(*parts: str) -> str:
    return f"<w:ins {AUTHOR}>{''.join(parts)}</w:ins>"


@pytest.mark.parametrize("wrapped", [control, inserted])
def test_content_controls_are_read_in_place(read: Parse, wrapped: Callable[..., str]) -> None:
    parts = paragraph(run("Terms"), style="Heading1"), table(row(cell(paragraph(run("a")))))
    document = read("a.docx", file(paragraph(run("One.")), wrapped(*parts), paragraph(run("Two."))))
    assert document.text[:] == "One.\n\nTerms\n\na\n\nTwo.\n\n"
    assert [(found.offset, found.level, found.title) for found in document.headings] == [(6, 1, "Terms")]


def test_a_table_of_contents_is_skipped(read: Parse) -> None:
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    contents = control(paragraph(run("Terms 1")), properties=gallery)
    document = read("a.docx", file(contents, paragraph(run("Terms"), style="Heading1")))
    assert document.text[:] == "Terms\n\n"


@pytest.mark.parametrize("name", ["toc 1", "TOC 2", "table of figures"])
def test_an_entry_of_a_table_of_contents_is_known_by_its_style(read: Parse, name: str) -> None:
    styles = f'<w:style w:type="paragraph" w:styleId="Entry"><w:name w:val="{name}"/></w:style>'
    entry = paragraph(run("Terms 1"), style="Entry")
    content = file(entry, paragraph(run("Terms"), style="Heading1"), styles=styles)
    assert read("a.docx", content).text[:] == "Terms\n\n"


def test_a_table_is_read_whole(read: Parse) -> None:
    inner = table(row(cell(paragraph(run("b"))), cell(paragraph(run("c")))))
    rows = (
        row(cell(paragraph(run("a")), inner, paragraph()), cell(control(paragraph(run("d"))))),
        control(row(control(cell(paragraph(run("e")))), cell(paragraph()))),
    )
    assert read("a.docx", file(table(*rows))).text[:] == "a b c | d\ne\n\n"


def test_a_merged_cell_appears_once_in_each_of_its_rows(read: Parse) -> None:
    wide, first, more = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        row(cell(paragraph(run("all")), properties=wide), cell(paragraph(run("z")))),
        row(cell(paragraph(run("a"))), cell(paragraph(run("b")), properties=first)),
        row(cell(paragraph(run("c"))), cell(paragraph(), properties=more)),
        row(cell(paragraph(run("d"))), cell(paragraph(), properties=more)),
    )
    text = read("a.docx", file(table(*rows))).text[:]
    assert text == "all | z\na | b\nc | b\nd | b\n\n"


def test_a_text_box_is_read_once_after_its_paragraph(read: Parse) -> None:
    box = f"<w:txbxContent>{paragraph(run('Boxed.'))}</w:txbxContent>"
    both = f"<mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    drawn = f"<w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:r>"
    document = read("a.docx", file(paragraph(run("Be"), drawn, run("side."))))
    assert document.text[:] == "Beside.\n\nBoxed.\n\n"


def note(kind: str, number: int, *blocks: str) -> str:
    return f'<w:{kind} w:id="{number}">{"".join(blocks)}</w:{kind}>'


def reference(kind: str, number: int) -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def test_a_note_is_read_after_its_reference(read: Parse) -> None:
    mark, both = "<w:r><w:footnoteRef/></w:r>", (reference("footnote", 2), reference("endnote", 2))
    document = file(
        paragraph(run("Thirty days"), *both, run(", or more")),
        table(row(cell(paragraph(run("a"), reference("footnote", 3))), cell(paragraph(run("b"))))),
        paragraph(run("The end."), reference("footnote", 9)),
        footnotes=note("footnote", 0, paragraph(run("unseen")))
        + note("footnote", 3, paragraph(mark, run(" Or A.")))
        + note("footnote", 2, paragraph(mark, run(" Less if part-time.")), paragraph(run("Ask."))),
        endnotes=note("endnote", 2, paragraph(run("By law."))),
    )
    assert read("a.docx", document).text[:] == (
        "Thirty days, or more\n\nLess if part-time. Ask.\n\nBy law.\n\na | b\n\nOr A.\n\nThe end.\n\n"
    )


def math(name: str, *parts: str) -> str:
    return f"<m:{name}>{''.join(parts)}</m:{name}>"


def formula(*parts: str) -> str:
    return math("r", math("t", *parts))


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (formula("E=mc²"), "E=mc²"),
        (formula("E=m") + math("sSup", math("e", formula("c")), math("sup", formula("2"))), "E=mc^2"),
        (math("sSub", math("e", formula("a")), math("sub", formula("i+1"))), "a_(i+1)"),
        (formula("2") + math("f", math("num", formula("1")), math("den", formula("2"))), "2 1/2"),
        (math("nary", math("sub", formula("i")), math("sup"), math("e", formula("x"))), "_ix"),
        (math("f", math("num", formula("a+b")), math("den", formula("c"))), " (a+b)/c"),
        (math("rad", math("deg"), math("e", formula("x"))), "√x"),
    ],
)
def test_an_equation_is_read_on_one_line(read: Parse, inside: str, text: str) -> None:
    document = read("a.docx", file(paragraph(run("It is "), math("oMath", inside), run(" there."))))
    assert document.text[:] == f"It is {text} there.\n\n"


def test_each_row_of_a_word_table_names_its_columns(read: Parse) -> None:
    rows = [
        row(*(cell(paragraph(run(text))) for text in texts))
        for texts in (("Name", "Task", "Since"), ("Ada", "Engine", "1842"), ("Bob", "", "1990"))
    ]
    assert read("a.docx", file(table(*rows))).text[:] == (
        "Name: Ada; Task: Engine; Since: 1842\nName: Bob; Since: 1990\n\n"
    )
    assert read("a.docx", file(table(rows[0]))).text[:] == "Name | Task | Since\n\n"


BOLD = "<w:rPr><w:b/></w:rPr>"
MARKED = "<w:tr><w:trPr><w:tblHeader/></w:trPr>"
UNMARKED = '<w:tr><w:trPr><w:tblHeader w:val="0"/></w:trPr>'
GRID, ACCENT = (
    f'<w:tblPr><w:tblStyle w:val="{style}"/><w:tblLook w:val="04A0"/></w:tblPr>'
    for style in ("TableGrid", "LightList-Accent1")
)


def two_columns(*rows: tuple[str, str], look: str = "<w:tblPr/>", bold: tuple[int, ...] = ()) -> str:
    """A table of two columns, with the cells in bold that are numbered so."""
    cells = iter(range(2 * len(rows)))
    texts = "".join(
        row(*(cell(paragraph(run(text, BOLD if next(cells) in bold else ""))) for text in texts))
        for texts in rows
    )
    return f"<w:tbl>{look}<w:tblGrid/>{texts}</w:tbl>"


PLANS = ("Plan", "Price"), ("Basic", "$5"), ("Pro", "$9")
PERSON = ("Name", "Ada"), ("Task", "Engine")


@pytest.mark.parametrize(
    "table",
    [
        two_columns(*PLANS).replace("<w:tr>", MARKED, 1),
        two_columns(*PLANS, look=ACCENT),
        two_columns(*PLANS, look=GRID, bold=(0, 1)),
        two_columns(*PLANS, look=GRID, bold=(0, 1, 2, 4)),
    ],
    ids=["marked", "style", "bold", "bold names"],
)
def test_a_header_of_two_columns_is_known_by_how_it_looks(read: Parse, table: str) -> None:
    assert read("a.docx", file(table)).text[:] == "Plan: Basic; Price: $5\nPlan: Pro; Price: $9\n\n"


@pytest.mark.parametrize(
    "table",
    [
        two_columns(*PERSON),
        two_columns(*PERSON, look=GRID),
        two_columns(*PERSON, look=GRID, bold=(0, 2)),
        two_columns(*PERSON, bold=(0, 1, 2, 3)),
        two_columns(*PERSON, look=ACCENT.replace("04A0", "0480")),
        two_columns(*PERSON).replace("<w:tr>", UNMARKED, 1),
    ],
    ids=["plain", "grid", "bold names", "all bold", "style without header", "not marked"],
)
def test_a_table_of_keys_and_values_has_no_header(read: Parse, table: str) -> None:
    assert read("a.docx", file(table)).text[:] == "Name | Ada\nTask | Engine\n\n"


def test_a_title_above_the_header_of_a_word_table_stays_a_title(read: Parse) -> None:
    wide = row(cell(paragraph(run("Prices of 2026")), properties='<w:gridSpan w:val="2"/>'))
    marked = two_columns(*PLANS).replace("<w:tr>", f"{wide}<w:tr>", 1).replace("<w:tr>", MARKED, 2)
    assert read("a.docx", file(marked)).text[:] == (
        "Prices of 2026\n\nPlan: Basic; Price: $5\nPlan: Pro; Price: $9\n\n"
    )


def test_each_line_of_headers_and_footers_is_read_once(read: Parse) -> None:
    document = docx.Document()
    document.add_paragraph("Pay the fee.")
    first, second = document.sections[0], document.add_section()
    for section, number in ((first, "1"), (second, "2")):
        section.header.is_linked_to_previous = False
        section.header.paragraphs[0].text = "Harbor rules\tedition 7"
        section.footer.is_linked_to_previous = False
        section.footer.paragraphs[0].text = number
    first.footer.add_paragraph("Gone").runs[0].font.hidden = True
    first.footer.add_paragraph("Valid until 2027")
    content = io.BytesIO()
    document.save(content)
    assert read("a.docx", content.getvalue()).text[:] == (
        "Harbor rules edition 7\n\nValid until 2027\n\nPay the fee.\n\n"
    )
