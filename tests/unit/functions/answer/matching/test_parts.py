"""The numbered parts that questions name."""

import pytest

from functions.answer.matching.corpus import Corpus
from functions.answer.matching.parts import find_part
from tests.unit.functions.answer.samples import passage

CONTRACT = """\
2 Delivery

2.1 The goods are delivered within 15 days.

30 days are enough for a claim under clause 3.

2.2 If delivery is late, the buyer may deduct 0.5% a week. It may cancel after clause 4.2.

(a) Notice is given by mail.

3 Payment

3.1 Invoices are due in May.

Annex

Nobody signed it.
"""
LAW = """\
Article 12
Right to erasure

The controller shall erase data.

1. It does so without delay.

Article 13
Right to portability

§ 2 Laundry

The laundry is open on Mondays.
"""
WARRANTY = """\
第二条 客户须在三十天内通知我们。

第三条 电池的保修期为六个月。
"""
STEPS = """\
To reset it:

1. Unplug it.

2. Press the button. It is red.

3. Plug it in.

All settings are lost.

2. The tenant pays.

Step 4: Sign it.
"""
LONG_LINES = f"""\
Article 7
A
B
C is so.
D?
E: 3 EUR
F{" and more" * 10}

The end.
Closing words
It is over.
"""
PART_7 = ["Article 7", "A", "B", "C is", "D?", "E: 3", "F and", "The end."]


@pytest.mark.parametrize(
    ("question", "text", "part"),
    [
        ("What does clause 2.2 say?", CONTRACT, ["2.2 If", "It may", "(a) Notice"]),
        ("2.1?", CONTRACT, ["2.1 The", "30 days"]),
        ("What does Section 3 regulate?", CONTRACT, ["3 Payment", "3.1 Invoices"]),
        ("When is delivery late under clause 2.2?", CONTRACT, ["2.2 If", "It may", "(a) Notice"]),
        ("What does Article 12 say?", LAW, ["Article 12", "Right to", "The controller", "1. It"]),
        ("Was steht in § 2?", LAW, ["§ 2", "The laundry"]),
        ("第二条说了什么？", WARRANTY, ["第二条 客户须在三十天内通知我们。"]),
        ("What is step 2?", STEPS, ["2. Press", "It is"]),
        ("What is step 2 of the reset?", STEPS, ["2. Press", "It is"]),
        ("What is step 4?", STEPS, ["Step 4:"]),
        ("What is step 4?", "## Step 4\nSign it.\n## Step 5\nGo.", ["## Step", "Sign it."]),
        ("What does clause 2 say?", STEPS, ["2. The"]),
        (
            "What does Article 1 say?",
            "Article 1\nIt is so.\nChapter 3 All else is free.",
            ["Article 1", "It is"],
        ),
        ("What does clause 2 say?", "2 Pay\nIt is so.\nClause 3.1 All else.", ["2 Pay", "It is"]),
        ("What does Article 7 say?", LONG_LINES, PART_7),
    ],
)
def test_a_part_reaches_from_its_label_to_the_next_of_its_level(
    question: str, text: str, part: list[str]
) -> None:
    found = find_part(question, Corpus([passage(text)]))
    assert found
    texts = [found.source.text(index, index + 1) for index in found.sentences]
    assert [" ".join(text.split()[:2]) for text in texts] == part


@pytest.mark.parametrize(
    "question",
    [
        "What does clause 2.3 say?",
        "What does clause 30 say?",
        "What does section 12 say?",
        "Who may fly to the moon under clause 2.2?",
        "Is version 2.2 late?",
        "When are goods delivered?",
    ],
)
def test_a_question_about_something_else_names_no_part(question: str) -> None:
    assert find_part(question, Corpus([passage(CONTRACT), passage(LAW)])) is None


def test_the_document_that_a_question_names_has_the_part() -> None:
    corpus = Corpus([passage("1.1 Rent is due.", "Lease"), passage("1.1 Pay is due.", "Employment")])
    for name in ("clause 1.1", "1.1"):
        for title, number in (("lease", 1), ("employment", 2)):
            found = find_part(f"What does {name} of the {title} say?", corpus)
            assert found
            assert found.number == number


def test_a_part_whose_label_is_above_its_passage_begins_with_it() -> None:
    below = passage("Rent is due. It rises.\n\n4 Repairs\n\nThe roof is new.")
    below = below.model_copy(update={"headings": ["3 Rent"]})
    found = find_part("What does section 3 say?", Corpus([below]))
    assert found
    assert found.sentences == range(2)


@pytest.mark.parametrize(
    ("heading", "text"), [("3 Rent", "4 Repairs\n\nThe roof is new."), ("2 Rent", "Rent is due.")]
)
def test_a_part_of_which_its_passage_has_nothing_is_not_found(heading: str, text: str) -> None:
    other = passage(text).model_copy(update={"headings": [heading]})
    assert find_part("What does section 3 say?", Corpus([other])) is None
