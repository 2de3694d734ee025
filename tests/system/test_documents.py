"""A file put into the bucket is answered from, one replaced or removed is not any more."""

import shutil

import pytest

from tests import files
from tests.system.footnote_up import FootnoteUp, eventually

FACTS = {
    "plain.txt": "The lighthouse of Arvoy was painted turquoise in 1911.",
    "service.log": "The pump of the cellar at Belmor ran backwards for an hour.",
    "guide.md": "The ferry to Cardoun leaves from the northern pier at dusk.",
    "page.html": "The bakery of Dunrith sells its rye bread only on Wednesdays.",
    "report.pdf": "The bridge of Elvane carries at most forty sheep at once.",
    "letter.docx": "The orchard of Fensby was planted by the widow Harrowgate.",
    "slides.pptx": "The observatory of Glimmen opens its dome after midnight.",
    "sheet.xlsx": "The quarry of Hollin delivered basalt for the harbour wall.",
    "table.csv": "The library of Inverlow lends out telescopes for a week.",
    "record.json": "The theatre of Jorvale burned down during a comedy.",
    "records.jsonl": "The glacier above Kestrin hides a wooden aeroplane.",
}


def question(fact: str) -> str:
    return f"What is known about {' '.join(fact.split()[:4]).removesuffix('.')}?"


@pytest.mark.parametrize("name", files.FORMATS)
def test_a_file_of_every_format_is_cited(footnote: FootnoteUp, name: str) -> None:
    fact = FACTS[name]
    footnote.put(name, files.FORMATS[name](fact))
    footnote.becomes(name, "indexed")
    answer = footnote.ask(question(fact))
    citation = answer["citations"][0]
    assert citation["uri"].endswith(f"/{name}")
    assert fact.rstrip(".") in answer["answer"]
    assert citation["supported"]
    assert answer["grounded"]


def test_a_citation_names_the_page(footnote: FootnoteUp) -> None:
    fact = "The canal of Lunmere freezes from the bottom up."
    footnote.put("pages.pdf", files.pdf(fact))
    footnote.becomes("pages.pdf", "indexed")
    assert footnote.ask(question(fact))["citations"][0]["page"] == 2


def test_a_citation_quotes_its_range_of_the_document(footnote: FootnoteUp) -> None:
    fact = "The mill of Marrow grinds chestnuts in November."
    text = f"# Mills\n\n{fact}\n\nOther mills stand still.\n"
    footnote.put("mills.txt", text)
    footnote.becomes("mills.txt", "indexed")
    citation = footnote.ask(question(fact))["citations"][0]
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_replaced_file_answers_with_its_new_text(footnote: FootnoteUp) -> None:
    footnote.put("price.txt", "A ticket for the funicular of Norrick costs seven crowns.")
    footnote.becomes("price.txt", "indexed")
    before = footnote.ask("What does a ticket for the funicular of Norrick cost?")["answer"]
    footnote.put("price.txt", "A ticket for the funicular of Norrick costs nineteen crowns.")
    after = eventually(
        lambda: (
            "nineteen" in footnote.ask("What does a ticket for the funicular of Norrick cost?")["answer"]
        )
    )
    assert "seven" in before
    assert after
    assert "seven" not in footnote.ask("What does a ticket for the funicular of Norrick cost?")["answer"]


def test_a_deleted_file_is_not_answered_from(footnote: FootnoteUp) -> None:
    footnote.put("gone.txt", "The clock of Ostrand strikes thirteen on Sundays.")
    footnote.becomes("gone.txt", "indexed")
    assert "gone.txt" in footnote.cited("How often does the clock of Ostrand strike?")
    (footnote.bucket / "gone.txt").unlink()
    footnote.becomes("gone.txt", "absent")
    assert "gone.txt" not in footnote.cited("How often does the clock of Ostrand strike?")


def test_a_renamed_file_is_cited_by_its_new_name(footnote: FootnoteUp) -> None:
    footnote.put("old name.txt", "The well of Pellow is dry in leap years.")
    footnote.becomes("old name.txt", "indexed")
    (footnote.bucket / "old name.txt").rename(footnote.bucket / "new näme (1).txt")
    footnote.becomes("new näme (1).txt", "indexed")
    footnote.becomes("old name.txt", "absent")
    assert "new näme (1).txt" in footnote.cited("When is the well of Pellow dry?")


def test_a_folder_that_is_moved_in_and_out_is_followed(footnote: FootnoteUp) -> None:
    outside = footnote.bucket.parent / "minutes"
    (outside / "2024").mkdir(parents=True)
    (outside / "2024" / "may.md").write_text("The council of Quarne met in a greenhouse.")
    (outside / "june.md").write_text("The council of Quarne met on a barge.")
    outside.rename(footnote.bucket / "minutes")
    footnote.becomes("minutes/2024/may.md", "indexed")
    footnote.becomes("minutes/june.md", "indexed")
    shutil.rmtree(footnote.bucket / "minutes" / "2024")
    footnote.becomes("minutes/2024/may.md", "absent")
    (footnote.bucket / "minutes").rename(outside)
    footnote.becomes("minutes/june.md", "absent")


def test_a_file_that_cannot_be_read_says_why_until_it_is_mended(footnote: FootnoteUp) -> None:
    footnote.put("broken.pdf", b"%PDF-1.7 and then nothing that belongs there")
    footnote.becomes("broken.pdf", "failed")
    assert "PDF" in footnote.documents()["broken.pdf"]["reason"]
    letters = eventually(
        lambda: [
            letter
            for letter in (footnote.state / "dead-letters").glob("*.json")
            if "broken.pdf" in letter.read_text()
        ]
    )
    assert '"knativeerrorcode": 422' in letters[0].read_text()
    footnote.put("broken.pdf", files.pdf("The tower of Rusk leans towards the sea."))
    footnote.becomes("broken.pdf", "indexed")
    assert "broken.pdf" in footnote.run("replay", str(letters[0]))
    assert not letters[0].exists()


def test_a_hidden_file_is_no_document(footnote: FootnoteUp) -> None:
    footnote.put(".secret.txt", "The vault of Sarn opens with a whistle.")
    footnote.put("after.txt", "This file was written after the hidden one.")
    footnote.becomes("after.txt", "indexed")
    assert footnote.state_of(".secret.txt") == "absent"


def test_what_no_document_says_is_not_answered(footnote: FootnoteUp) -> None:
    answer = footnote.ask("Which planet has the highest known mountain?")
    assert answer["refused"]
    assert answer["citations"] == []
