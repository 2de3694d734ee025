import pytest

from functions.answer.question.followup import continues, is_dependent
from tests.unit.functions.answer.samples import PORTS, SUPER_BOWL, passage, two


@pytest.mark.parametrize(
    "question",
    [
        "Which port?",
        "how many sacks did short have?",
        "Who created it?",
        "What makes THEM faster?",
        "And which Java does its cheapest host need?",
        "Why?",
    ],
)
def test_a_question_continues_if_a_passage_has_its_words_or_it_refers_back(question: str) -> None:
    assert continues(question, [passage(f"{SUPER_BOWL} {PORTS}")])


def test_a_question_does_not_continue_if_only_a_later_passage_has_its_words() -> None:
    assert continues("Which port?", [passage(PORTS), passage(SUPER_BOWL)])
    assert not continues("Which port?", [passage(SUPER_BOWL), passage(PORTS)])


@pytest.mark.parametrize(
    "question",
    [
        "How do I bake bread?",
        "what is the capital of peru?",
        "Which port does Oracle use on Linux?",
        "Who needs Peru?",
        "And what does it cost in Peru?",
    ],
)
def test_a_question_with_other_words_or_an_unknown_name_does_not_continue(question: str) -> None:
    assert not continues(question, two())


def test_without_passages_only_a_question_without_terms_continues() -> None:
    assert continues("Why?", [])
    assert not continues("Which port?", [])


@pytest.mark.parametrize("question", ["Who founded it?", "And how many people live there with them?"])
def test_a_question_that_refers_back_without_a_name_is_dependent(question: str) -> None:
    assert is_dependent(question)


@pytest.mark.parametrize(
    "question",
    [
        "Why?",
        "Why not?",
        "And then?",
        "Tell me more.",
        "Give me an example.",
        "Please Explain",
        "Go on.",
        "More details please",
        "Could you summarise?",
        "summarize it",
        "Can you elaborate?",
        "Continue",
    ],
)
def test_a_question_that_only_asks_for_more_is_dependent(question: str) -> None:
    assert is_dependent(question)


@pytest.mark.parametrize(
    "question",
    [
        "When did Lumen open, and who founded it?",
        "What is a dead letter?",
        "Give an example of a dead letter.",
        "Explain Lumen.",
    ],
)
def test_any_other_question_is_not_dependent(question: str) -> None:
    assert not is_dependent(question)


@pytest.mark.parametrize(
    "question",
    [
        "How many days of leave do new parents and their partners get?",
        "Is it allowed to work from home?",
        "When is it too late to cancel an order?",
    ],
)
def test_a_pronoun_that_the_question_itself_explains_does_not_refer_back(
    question: str,
) -> None:
    assert not is_dependent(question)
    assert not continues(question, two())
