"""A list or a numbered part that is in several passages."""

import pytest

from footnote.contracts import Passage
from functions.answer.checking.citations import CitationChecker
from functions.answer.generators.extractive import Extractive
from tests.unit.functions.answer.samples import passage

QUESTION = "How do I reset the router?"
STEPS = (
    "To reset the router:\n1. Unplug the cable.\n2. Hold the button. It is red.\n"
    "3. Wait for the light.\n4. Release it.\n5. Plug it in.\nAll settings are lost."
)


def chunk(first: str, last: str, score: float) -> Passage:
    start, end = STEPS.index(first), STEPS.index(last) + len(last)
    return passage(STEPS[start:end], start=start, score=score)


async def answer(passages: list[Passage], question: str = QUESTION) -> CitationChecker:
    footnotes = CitationChecker(passages, question)
    async for reply in Extractive().generate(question, passages, stream=False):
        if isinstance(reply, str):
            _ = [*footnotes.feed(reply)]
    _ = [*footnotes.close()]
    return footnotes


@pytest.mark.parametrize(
    "passages",
    [
        [chunk("To", "red.", 0.9), chunk("3.", "lost.", 0.5)],
        [chunk("To", "red.", 0.9), chunk("3.", "light.", 0.8), chunk("4.", "lost.", 0.7)],
        [chunk("To", "light.", 0.9), chunk("It is", "lost.", 0.5)],
        [chunk("To", "cable.", 0.9), chunk("4.", "lost.", 0.6), chunk("1.", "light.", 0.5)],
        [
            passage("The router is black.", "Ad", 0, 0.8),
            chunk("4.", "lost.", 0.5),
            chunk("To", "light.", 1),
        ],
    ],
)
async def test_a_list_goes_on_in_the_passage_that_follows(passages: list[Passage]) -> None:
    footnotes = await answer(passages)
    whole = await answer([passage(STEPS, start=0)])
    assert footnotes.answer == whole.answer
    assert [one.start for one in footnotes.citations] == [one.start for one in whole.citations]
    assert footnotes.grounded


@pytest.mark.parametrize(
    "other",
    [
        chunk("3.", "lost.", 0.5).model_copy(update={"document": "copy"}),
        chunk("3.", "lost.", 0.5).model_copy(update={"version": "00000002.bb"}),
        chunk("4.", "lost.", 0.5),
        chunk("1.", "button.", 0.5),
    ],
)
async def test_a_list_goes_on_in_no_other_passage(other: Passage) -> None:
    alone = await answer([chunk("To", "red.", 0.9)])
    assert (await answer([chunk("To", "red.", 0.9), other])).answer == alone.answer


@pytest.mark.parametrize("border", ["Also", "- sandwiches"])
async def test_what_follows_a_list_is_not_part_of_it(border: str) -> None:
    text = "You need:\n- a pen\n- a ruler\nAlso bring:\n- sandwiches\n- tea"
    first, rest = text[: text.index(border)], text[text.index(border) :]
    passages = [passage(first, start=0, score=0.9), passage(rest, start=len(first), score=0.1)]
    footnotes = await answer(passages, "What do you need?")
    assert footnotes.answer == "You need:\n- a pen [1]\n- a ruler [2]"


LAW = (
    "Article 12\nRight to erasure\nThe controller shall erase data. It does so soon.\n"
    "The following is kept:\n- bills\n- taxes\nA fee may be asked. It is low.\n"
    "Article 13\nRight to portability\nData are handed out."
)


@pytest.mark.parametrize(
    "border", ["The controller", "It does so", "- taxes", "A fee", "It is low", "Article 13"]
)
@pytest.mark.parametrize("overlap", [0, 10])
async def test_a_part_goes_on_in_the_passage_that_follows(border: str, overlap: int) -> None:
    question, at = "What does Article 12 say?", LAW.index(border)
    first, rest = LAW[:at].rstrip(), LAW[at - overlap :]
    passages = [passage(first, start=0), passage(rest, start=at - overlap, score=0.5)]
    whole = await answer([passage(LAW, start=0)], question)
    footnotes = await answer(passages, question)
    assert footnotes.answer.split() == whole.answer.split()


@pytest.mark.parametrize(
    ("question", "first", "rest"),
    [
        ("What does Article 12 say?", "Article 12\nIt is late.\n", "Final provisions\nIt is in force."),
        ("What does clause 2.1 say?", "2.1 It is late.\n", "2.2 It is in force."),
        ("What is step 2?", "To reset it:\n1. Go on.\n2. Press it.\n", "It is in force."),
    ],
)
async def test_a_heading_a_label_and_what_follows_a_list_end_a_part_at_the_border(
    question: str, first: str, rest: str
) -> None:
    passages = [passage(first, start=0), passage(rest, start=len(first), score=0.5)]
    footnotes = await answer(passages, question)
    assert footnotes.answer
    assert "force" not in footnotes.answer
