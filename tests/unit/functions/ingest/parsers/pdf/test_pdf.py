import tracemalloc
from collections.abc import Iterable

import pytest
from fpdf import FPDF

from tests import hostile
from tests.unit.functions.ingest.parse_type import Parse


def page(*lines: str) -> bytes:
    document = FPDF()
    document.set_font("Times", size=11)
    document.add_page()
    for line in lines:
        document.cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(document.output())


def test_a_hyphenated_word_does_not_end_a_paragraph(read: Parse) -> None:
    lines = (
        "The river was regulated by engineers from Vienna in or-",
        "der to protect the city from floods, which had destroyed",
        "several suburbs before. The new bed is 13 kilometres",
        "long.",
        "Later works added an island in the middle of the stream.",
    )
    assert read("a.pdf", page(*lines)).text[:] == (
        "The river was regulated by engineers from Vienna in order to protect the city from floods, "
        "which had destroyed several suburbs before. The new bed is 13 kilometres long.\n\n"
        "Later works added an island in the middle of the stream.\n\n"
    )


def test_a_paragraph_may_end_soon_after_a_hyphenated_word(read: Parse) -> None:
    lines = "This is written so that its last word is hyphen-", "ated.", "Another paragraph."
    assert read("a.pdf", page(*lines)).text[:] == (
        "This is written so that its last word is hyphenated.\n\nAnother paragraph.\n\n"
    )


def test_a_hyphen_of_a_compound_word_stays(read: Parse) -> None:
    lines = (
        "Among the illnesses, there was one by the name of COVID-",
        "19, which a device with the number ABC-",
        "DEF found; it was a state-of-the-",
        "art device, fit for maximum-",
        "likelihood-based methods.",
    )
    assert read("a.pdf", page(*lines)).text[:] == (
        "Among the illnesses, there was one by the name of COVID-19, which a device with the number "
        "ABC-DEF found; it was a state-of-the-art device, fit for maximum-likelihood-based methods.\n\n"
    )


def test_each_line_of_a_table_of_contents_is_a_paragraph(read: Parse) -> None:
    lines = (
        f"8.1 How translations are handled {'. ' * 25} 93",
        f"8.2 Frequently asked questions for translators {'.' * 30} 94",
        "Wait for this ... and that.",
    )
    assert read("a.pdf", page(*lines)).text[:] == (
        "8.1 How translations are handled … 93\n\n"
        "8.2 Frequently asked questions for translators … 94\n\n"
        "Wait for this ... and that.\n\n"
    )


Placed = tuple[float, float, str]
"""Millimeters from the left and from the top of the page, and a line that begins there."""


def placed(*pages: Iterable[Placed], rotation: int = 0) -> bytes:
    """Square pages, whose content is turned and shown upright."""
    document = FPDF(format=(210, 210))
    document.set_font("Times", size=11)
    for lines in pages:
        document.add_page()
        with document.rotation(rotation, 105, 105):
            for left, top, line in lines:
                document.text(left, top, line)
    shown = f"/Type /Page\n/Rotate {rotation}\n".encode()
    return bytes(document.output()).replace(b"/Type /Page\n", shown)


LEFT = (
    "Vessels longer than ninety meters",
    "pay a docking fee of 4,200 euros for",
    "each started day. Fishing boats are",
)
RIGHT = (
    "exempt from that docking fee in the",
    "winter. Late notification is penalized",
    "with a surcharge of thirty percent.",
)


def column(left: float, top: float, lines: Iterable[str]) -> list[Placed]:
    return [(left, top + 5 * at, line) for at, line in enumerate(lines)]


def test_a_sentence_in_a_column_is_whole(read: Parse) -> None:
    abstract = (
        "This report describes the harbor of Westhaven and the fees that all of the vessels pay there."
    )
    page = [(20.0, 20.0, abstract), *column(20, 40, LEFT), *column(110, 40, RIGHT)]
    assert read("a.pdf", placed(page)).text[:] == f"{abstract}\n\n{' '.join(LEFT + RIGHT)}\n\n"


def test_the_short_rows_of_a_table_beside_a_column_stay_apart(read: Parse) -> None:
    page = [*column(20, 40, (*LEFT, "North quay 12.5", "South quay 9.0")), *column(110, 40, RIGHT)]
    rows = read("a.pdf", placed(page)).text[:].split("\n\n")[-3:]
    assert rows == ["South quay 9.0", " ".join(RIGHT), ""]


def test_each_row_of_a_table_is_a_paragraph(read: Parse) -> None:
    rows = ("Country", "Area", "Member"), ("Norway", "385,207", "no"), ("Austria", "83,879", "yes")
    table = [
        (20.0 + 60 * column, 40.0 + 6 * row, cell)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    document = read("a.pdf", placed([*column(20, 30, [LONG]), *table, (20.0, 58.0, LONG)]))
    assert document.text[:] == (
        f"{LONG}\n\nCountry | Area | Member\n\nNorway | 385,207 | no\n\nAustria | 83,879 | yes\n\n"
        f"{LONG}\n\n"
    )


def test_a_wide_space_after_a_number_makes_no_row(read: Parse) -> None:
    page = [(20.0, 20.0, "1."), (40.0, 20.0, LONG), (40.0, 25.0, "and so on.")]
    assert read("a.pdf", placed(page)).text[:] == f"1. {LONG} and so on.\n\n"


LONG = "This line is long enough that only the space below it tells that it ends a paragraph"


def test_a_wide_gap_ends_a_paragraph(read: Parse) -> None:
    page = [*column(20, 20, [LONG, LONG]), *column(20, 34, [LONG, LONG]), *column(20, 48, [LONG])]
    paragraph = f"{LONG} {LONG}"
    assert read("a.pdf", placed(page)).text[:] == f"{paragraph}\n\n{paragraph}\n\n{LONG}\n\n"


def test_a_raised_line_start_ends_no_paragraph(read: Parse) -> None:
    page = [(20.0, 20.0, LONG), (20.0, 23.5, LONG), *column(20, 30, [LONG, LONG])]
    assert read("a.pdf", placed(page)).text[:] == f"{' '.join([LONG] * 4)}\n\n"


def test_each_item_of_a_list_is_a_paragraph(read: Parse) -> None:
    page = column(20, 20, [LONG, f"\x95 {LONG}", f"\x95 {LONG}"])
    assert read("a.pdf", placed(page)).text[:] == f"{LONG}\n\n\u2022 {LONG}\n\n\u2022 {LONG}\n\n"


@pytest.mark.parametrize("label", ["1.2", "1.2.", "2.", "(b)", "b)"])
def test_a_numbered_clause_begins_a_paragraph_if_what_is_above_ends_a_sentence(
    read: Parse, label: str
) -> None:
    ended, clause = f"{LONG}.", f"{label} {LONG}"
    page = column(20, 20, [LONG, ended, clause, clause])
    assert read("a.pdf", placed(page)).text[:] == f"{LONG} {ended}\n\n{clause} {clause}\n\n"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(read: Parse, rotation: int) -> None:
    page = [*column(20, 20, [LONG, LONG]), *column(20, 34, [LONG])]
    assert read("a.pdf", placed(page, rotation=rotation)).text[:] == f"{LONG} {LONG}\n\n{LONG}\n\n"


def written(*parts: str) -> bytes:
    """One paragraph, in which every second part is a superscript."""
    document = FPDF()
    document.set_font("Times", size=11)
    document.add_page()
    for at, part in enumerate(parts):
        document.char_vpos = "SUP" if at % 2 else "LINE"
        document.write(5, part)
    return bytes(document.output())


def test_superscripts_neither_divide_a_line_nor_run_into_a_number(read: Parse) -> None:
    parts = (
        "The harbor has 10",
        "6",
        " square meters,",
        "1",
        " which were measured in 1902",
        "2",
        " by a",
    )
    page = written(
        *parts, " crew of the navy with the help of all the officials of the town", "3", ", it says."
    )
    assert read("a.pdf", page).text[:] == (
        "The harbor has 10^6 square meters, which were measured in 1902^2 by a crew of the navy with "
        "the help of all the officials of the town3, it says.\n\n"
    )


def test_what_is_beyond_the_edges_of_a_page_is_left_out(read: Parse) -> None:
    page = [(20.0, 20.0, LONG), (20.0, 25.0, LONG), (-90.0, 30.0, "cut off"), *column(20, 36, [LONG])]
    assert read("a.pdf", placed(page)).text[:] == f"{LONG} {LONG}\n\n{LONG}\n\n"


def test_a_sentence_goes_on_past_footer_and_header(read: Parse) -> None:
    """Its page is the one where it begins."""
    first = [
        (20.0, 10.0, "Harbor rules"),
        *column(20, 30, [f"{LONG}, and"]),
        (20.0, 200.0, "Page 1 of 2"),
    ]
    second = [(20.0, 10.0, "Harbor rules"), *column(20, 30, ["it goes on. Then another one", "begins."])]
    document = read("a.pdf", placed(first, [*second, (20.0, 200.0, "Page 2 of 2")]))
    assert document.text[: document.pages[1]] == (
        f"Harbor rules\n\nPage 1 of 2\n\n{LONG}, and it goes on.\n\n"
    )
    assert document.text[document.pages[1] :] == (
        "Harbor rules\n\nPage 2 of 2\n\nThen another one begins.\n\n"
    )


def test_the_numbers_of_pages_are_left_out(read: Parse) -> None:
    pages = [
        [(20.0, 20.0, f"{word} page"), (100.0, 200.0, f"- {at} -")] for at, word in enumerate("AB", 7)
    ]
    assert read("a.pdf", placed(*pages)).text[:] == "A page\n\nB page\n\n"


def test_memory_hardly_grows_with_the_pages(read: Parse) -> None:
    page = [*column(20, 20, [LONG] * 50)]
    peaks = []
    for pages in (1, 15, 90):  # the first for what is imported
        content = placed(*[page] * pages)
        tracemalloc.start()
        try:
            read("a.pdf", content)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[2] < 1.5 * peaks[1]


def test_numbered_headings_are_no_page_numbers(read: Parse) -> None:
    pages = [[(20.0, 20.0, f"Section {number}"), (20.0, 40.0, LONG)] for number in (1, 2)]
    assert read("a.pdf", placed(*pages)).text[:] == f"Section 1\n\n{LONG}\n\nSection 2\n\n{LONG}\n\n"


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("untitled", "a"),
        ("Microsoft Word - Fees.docx", "Fees.docx"),
        ("Untitled works", "Untitled works"),
    ],
)
def test_a_title_that_a_program_made_up_is_left_out(read: Parse, given: str, title: str) -> None:
    document = FPDF()
    document.set_title(given)
    document.set_font("Times", size=11)
    document.add_page()
    document.text(20, 20, "One.")
    assert read("a.pdf", bytes(document.output())).title == title


def emoji(*lines: str) -> bytes:
    """A page with these lines, in which @ stands for an emoji."""
    shown = "".join(f"1 0 0 1 20 {700 - 14 * at} Tm ({line}) Tj\n" for at, line in enumerate(lines))
    streams = f"BT /F 11 Tf\n{shown}ET".encode(), b"1 beginbfchar <40> <D83DDE00> endbfchar"
    return hostile.pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R"
            b"/Resources<</Font<</F 4 0 R>>>>>>",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
            *(b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream) for stream in streams),
        ]
    )


def test_a_line_may_begin_with_an_emoji(read: Parse) -> None:
    assert read("a.pdf", emoji(f"@ {LONG}", "and so on.", "@ Next")).text[:] == (
        f"\U0001f600 {LONG} and so on.\n\n\U0001f600 Next\n\n"
    )
