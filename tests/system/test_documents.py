"""A file put into the bucket is answered from, one replaced or removed is not any more."""

import shutil

import pytest

from tests import files
from tests.system.footnote_up import FootnoteUp, eventually

FACTS = {
    "plain.txt": (
        "The lighthouse of Arvoy was painted turquoise in 1911.",
        "When was the lighthouse of Arvoy painted?",
    ),
    "service.log": (
        "The pump of Belmor ran backwards for an hour.",
        "How long did the pump of Belmor run backwards?",
    ),
    "guide.md": (
        "The ferry to Cardoun leaves from the northern pier.",
        "Where does the ferry to Cardoun leave?",
    ),
    "page.html": (
        "The bakery of Dunrith bakes rye bread on Wednesdays.",
        "When does the bakery of Dunrith bake rye bread?",
    ),
    "report.pdf": (
        "The bridge of Elvane carries at most forty sheep.",
        "How many sheep does the bridge of Elvane carry?",
    ),
    "letter.docx": (
        "The orchard of Fensby was planted by Ada Harrow.",
        "Who planted the orchard of Fensby?",
    ),
    "slides.pptx": ("The dome of Glimmen opens after midnight.", "When does the dome of Glimmen open?"),
    "sheet.xlsx": ("The quarry of Hollin delivered basalt.", "What did the quarry of Hollin deliver?"),
    "table.csv": (
        "The library of Inverlow lends out telescopes.",
        "What does the library of Inverlow lend out?",
    ),
    "record.json": (
        "The theatre of Jorvale burned down in 1848.",
        "When did the theatre of Jorvale burn down?",
    ),
    "records.jsonl": (
        "The glacier of Kestrin hides an aeroplane.",
        "What does the glacier of Kestrin hide?",
    ),
    "mail.eml": ("The tunnel of Lisk is lit by mushrooms.", "What is the tunnel of Lisk lit by?"),
}


@pytest.mark.parametrize("name", files.FORMATS)
def test_a_file_of_every_format_is_cited(footnote: FootnoteUp, name: str) -> None:
    fact, question = FACTS[name]
    footnote.put(name, files.FORMATS[name](fact))
    footnote.becomes(name, "indexed")
    answer = footnote.ask(question)
    cited = [each for each in answer["citations"] if fact.rstrip(".") in each["quote"]]
    assert cited
    assert all(each["uri"].endswith(f"/{name}") and each["supported"] for each in cited)
    assert fact.rstrip(".") in answer["answer"]


def test_a_citation_names_the_page(footnote: FootnoteUp) -> None:
    footnote.put("pages.pdf", files.pdf("The canal of Lunmere freezes from the bottom up."))
    footnote.becomes("pages.pdf", "indexed")
    assert footnote.ask("How does the canal of Lunmere freeze?")["citations"][0]["page"] == 2


def test_a_citation_quotes_its_range_of_the_document(footnote: FootnoteUp) -> None:
    text = "Mills.\n\nThe mill of Marrow grinds chestnuts.\n\nOther mills stand still.\n"
    footnote.put("mills.txt", text)
    footnote.becomes("mills.txt", "indexed")
    citation = footnote.ask("What does the mill of Marrow grind?")["citations"][0]
    assert citation["quote"] == "The mill of Marrow grinds chestnuts."
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
    footnote.put("broken.pdf", files.pdf("The tower of Rusk leans.")[:200])
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
