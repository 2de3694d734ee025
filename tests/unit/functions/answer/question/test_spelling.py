"""Which words of a question are read as a word of the passages."""

import pytest

from footnote.contracts import RetrieveResponse
from functions.answer.question.spelling import correct, find_corrections
from tests.unit.functions.answer.samples import passage

TEXT = "Breakfast is served at 7. Maria Kerner cooks what the menu says. Trains stop, and trails begin."
PASSAGE = passage(TEXT, "Guesthouse").model_copy(update={"headings": ["Saunas and bathing"]})


def read(question: str, *unknown: str) -> str:
    found = RetrieveResponse(hits=[PASSAGE], index="i", coverage=0, unknown=list(unknown), took_ms=1)
    return correct(question, find_corrections(question, found))


@pytest.mark.parametrize("word", ["breakfst", "braekfast", "breakffast", "breakfest", "breakfas"])
def test_an_unknown_word_is_read_as_one_that_differs_by_a_letter(word: str) -> None:
    assert read(f"When is {word} served?", word) == "When is breakfast served?"


def test_so_is_one_that_resembles_a_word_of_a_title_or_a_heading() -> None:
    assert read("Has the guesthose suanas?", "guesthose", "suanas") == "Has the guesthouse saunas?"


def test_a_misspelled_name_is_read_with_its_capital() -> None:
    assert read("What does Maria Krener cook?", "krener") == "What does Maria Kerner cook?"


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        pytest.param("When is breafst served?", ["breafst"], id="two letters"),
        pytest.param("What is on the mneu?", ["mneu"], id="a short word"),
        pytest.param("Where is the eakfast?", ["eakfast"], id="another beginning"),
        pytest.param("Where are the traits?", ["traits"], id="two words resemble it"),
        pytest.param("What does Marta Kernel cook?", ["marta", "kernel"], id="other names"),
        pytest.param("When is breakfst served?", [], id="a document has the word"),
    ],
)
def test_any_other_word_is_left_as_it_is(question: str, unknown: list[str]) -> None:
    assert read(question, *unknown) == question
