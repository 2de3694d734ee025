import pytest

from footnote.contracts import Passage
from functions.answer.generators.extractive import Extractive, select
from tests.unit.functions.answer.call_count import count_calls
from tests.unit.functions.answer.samples import passage, two


def texts(question: str) -> list[str]:
    return [candidate.text for candidate in select(question, two())]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many points did the Panthers defense give up?", "308"),
        ("Who led the team in sacks?", "Kawann Short"),
        ("On which port does Elasticsearch listen?", "9200"),
        ("Which Java does Elasticsearch need?", "Java 17"),
    ],
)
def test_the_sentences_chosen_hold_the_answer(question: str, answer: str) -> None:
    assert answer in " ".join(texts(question))


def test_two_sentences_at_most_in_the_order_of_the_document() -> None:
    chosen = texts("Who led the team in sacks, and how many points did the Panthers give up?")
    assert [text.split()[0] for text in chosen] == ["The", "Kawann"]


def test_a_sentence_that_two_overlapping_passages_hold_is_taken_once() -> None:
    text = "The port is 9200. Java is needed."
    overlapping = [passage(text, start=0), passage("Java is needed. It is version 17.", start=18)]
    chosen = [candidate.text for candidate in select("Is Java needed on the port?", overlapping)]
    assert len(chosen) == len(set(chosen)) == 2


def test_a_sentence_that_two_documents_hold_is_taken_once() -> None:
    text = "The port is 9200. Java is needed."
    copies = [passage(text, "faq"), passage(text, "faq (copy)")]
    assert len({candidate.text for candidate in select("Is Java needed on the port?", copies)}) == 2


async def extracts(question: str, text: str) -> list[str]:
    """The lines of the answer."""
    replies = Extractive().generate(question, [passage(text)], stream=False)
    return "".join([reply async for reply in replies if isinstance(reply, str)]).splitlines()


ROUTER = """\
The Tessel is a router for homes.

How to reset the router

To reset the router to its factory settings:

1. Unplug the power cable.

2. Hold the button with a pen. It is red.

Use no screwdriver.

3. Plug the cable in again.

All settings are lost.

How to update the firmware

Open the page of the router and log in.

1. Choose System, then Firmware.

2. Confirm with Install.

Do not unplug the router while the light blinks.

The following browsers are supported:

- Firefox 102 or later

- Safari 15 or later

Internet Explorer is not supported.
"""


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        (
            "How do I reset the router?",
            [
                "To reset the router to its factory settings:",
                "1. Unplug the power cable. [1]",
                "2. Hold the button with a pen. [1] It is red. [1] Use no screwdriver. [1]",
                "3. Plug the cable in again. [1] ",
            ],
        ),
        (
            "How can the firmware be updated?",
            [
                "Open the page of the router and log in. [1]",
                "1. Choose System, then Firmware. [1]",
                "2. Confirm with Install. [1] ",
            ],
        ),
    ],
)
async def test_steps_are_quoted_whole_and_in_order(question: str, lines: list[str]) -> None:
    assert await extracts(question, ROUTER) == lines


CLAIMS = """\
You can claim the following costs:

- train tickets in second class

- meals

You cannot claim:

- alcohol

- fines

To claim costs, fill in form T4.
"""


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        (
            "Which browsers are supported?",
            [
                "The following browsers are supported:",
                "- Firefox 102 or later [1]",
                "- Safari 15 or later [1]",
            ],
        ),
        (
            "Which version of Firefox is supported?",
            ["The following browsers are supported:", "- Firefox 102 or later [1]"],
        ),
        ("What can I not claim?", ["You cannot claim:", "- alcohol [1]", "- fines [1]"]),
        ("Can I claim alcohol?", ["You cannot claim:", "- alcohol [1]"]),
        (
            "Which cable of the router is unplugged?",
            [
                "To reset the router to its factory settings:",
                "1. Unplug the power cable. [1]",
                "3. Plug the cable in again. [1] ",
            ],
        ),
    ],
)
async def test_a_list_and_its_items_are_quoted_with_what_introduces_them(
    question: str, lines: list[str]
) -> None:
    text = CLAIMS if "claim" in question else ROUTER
    assert await extracts(question, text) == lines


async def test_a_part_that_the_question_names_is_quoted_whole_without_its_headings() -> None:
    text = (
        "Article 1\nRight of access\n\nThe subject may ask for data under Article 2.\n\n"
        "Article 2\nRight to erasure\n\nThe controller erases data. It does so for free.\n\n"
        "Article 3\nFines\n\nWho violates Article 2 is fined."
    )
    article = ["The controller erases data. [1] It does so for free. [1] "]
    assert await extracts("What does Article 2 say?", text) == article


async def test_a_row_beside_those_that_were_asked_for_is_not_quoted() -> None:
    rows = "Plan: Basic; Storage: 50 GB\n\nPlan: Team; Storage: 500 GB\n\nPlan: Max; Storage: 5 TB\n"
    team, more = "Plan: Team; Storage: 500 GB", "Plan: Team; Storage: 900 GB from May"
    assert await extracts("How much storage does the Team plan have?", rows) == [f"{team} [1]"]
    both = await extracts("How much storage does the Team plan have?", f"{rows}\n{more}\n")
    assert both == [f"{team} [1]", f"{more} [1]"]


async def test_a_sentence_that_answers_far_worse_than_the_best_one_is_not_quoted() -> None:
    text = "Tolm has a fair. The mill of Tolm burned down in 1702. Barley grew in the valley."
    best = "The mill of Tolm burned down in 1702. [1] "
    assert await extracts("When did the mill of Tolm burn down?", text) == [best]


async def test_an_item_of_a_list_begins_a_line() -> None:
    text = "1. Call the desk about the laptop.\n2. Report the laptop to the police."
    replies = Extractive().generate("What about a lost laptop?", [passage(text)], stream=False)
    assert "".join([reply async for reply in replies if isinstance(reply, str)]) == (
        "1. Call the desk about the laptop. [1]\n2. Report the laptop to the police. [1] "
    )


FREQUENT_QUESTIONS = """\
**Can I return opened batteries?**

No.

## Can I return a lantern?

Yes, within 30 days. Keep the receipt.

Do you ship to Iceland? Only on request.
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Can I return opened batteries?", "No."),
        ("Can I return a lantern?", "Yes, within 30 days."),
        ("Are there deliveries to Iceland?", "Do you ship to Iceland? Only on request."),
        ("Is an opened battery taken back?", "**Can I return opened batteries?** No."),
    ],
)
def test_a_reply_answers_the_question_before_it_and_no_other(question: str, answer: str) -> None:
    chosen = [" ".join(one.text.split()) for one in select(question, [passage(FREQUENT_QUESTIONS)])]
    replies = [text for text in chosen if "No." in text or "Yes" in text or "Only" in text]
    assert replies == [answer]


def test_a_heading_or_a_question_is_no_answer() -> None:
    text = "Dead letters\n\nWhat is a dead letter? It is an event nobody could process.\n\nIt is kept."
    chosen = [candidate.text for candidate in select("What is a dead letter?", [passage(text)])]
    assert chosen == ["It is an event nobody could process."]


@pytest.mark.parametrize("number", ["", "4.1 ", "4. ", "2.10.3. "])
def test_a_numbered_heading_is_no_answer(number: str) -> None:
    text = f"{number}Pay days in a month\n\nSalaries are paid on the 25th. We pay earlier on holidays."
    chosen = select("How many pay days are in a month?", [passage(text)])
    assert chosen[0].text == "Salaries are paid on the 25th."


def test_a_label_by_itself_is_not_added_to_an_answer() -> None:
    text = "title: A record\nfact: The theatre of Jorvale burned down in 1848."
    chosen = select("When did the theatre of Jorvale burn down?", [passage(text)])
    assert [candidate.text for candidate in chosen] == [
        "fact: The theatre of Jorvale burned down in 1848."
    ]


def test_a_long_list_that_ends_as_a_sentence_may_answer_and_a_long_line_of_code_may_not() -> None:
    people = ", ".join(f"Minister Number{number} of Tolm" for number in range(30))
    code = " ".join(f"harbour_fee_{number} = {{" for number in range(60))
    passages = [passage(f"Those who went to Yarrow: {people}, and Ada Brandt."), passage(code, "Code")]
    assert [one.text[-11:] for one in select("Who went to Yarrow?", passages)] == ["Ada Brandt."]


def listed(lines: int) -> list[Passage]:
    return [passage("\n\n".join(f"harbour{letters(number)}" for number in range(lines)))]


def letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def test_twice_as_long_a_list_is_twice_the_work_at_most() -> None:
    question = " ".join(f"harbour{letters(number)}" for number in range(0, 200, 9))
    once, twice = (count_calls(select, question, listed(lines)) for lines in (100, 200))
    assert twice < 2.5 * once


def test_a_very_long_question_is_not_read_again_for_every_line() -> None:
    brief, long = (" ".join(f"moon{letters(number)}" for number in range(words)) for words in (64, 640))
    once, tenfold = (count_calls(select, asked, listed(50)) for asked in (brief, long))
    assert tenfold < 5 * once


async def test_brackets_of_a_passage_do_not_become_markers() -> None:
    passages = [passage("The port that it listens on\nis 9200 [3].")]
    pieces = [piece async for piece in Extractive().generate("Which port?", passages, stream=True)]
    assert pieces[0] == "The port that it listens on is 9200 (3). [1] "
