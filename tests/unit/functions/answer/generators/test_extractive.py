import pytest

from functions.answer.generators.extractive import Extractive, pick
from tests.unit.functions.answer.samples import passage, two


def texts(question: str) -> list[str]:
    return [candidate.text for candidate in pick(question, two())]


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
    chosen = [candidate.text for candidate in pick("Is Java needed?", overlapping)]
    assert len(chosen) == len(set(chosen)) == 2


def test_a_heading_or_a_question_is_no_answer() -> None:
    text = "Dead letters\n\nWhat is a dead letter? It is an event nobody could process.\n\nIt is kept."
    chosen = [candidate.text for candidate in pick("What is a dead letter?", [passage(text)])]
    assert chosen == ["It is an event nobody could process.", "It is kept."]


async def test_what_is_no_marker_of_ours_is_not_taken_for_one() -> None:
    passages = [passage("The port that it listens on\nis 9200 [3].")]
    pieces = [piece async for piece in Extractive().generate("Which port?", passages, stream=True)]
    assert pieces[0] == "The port that it listens on is 9200 (3). [1] "
