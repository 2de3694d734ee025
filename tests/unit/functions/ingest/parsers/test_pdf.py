from fpdf import FPDF

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
