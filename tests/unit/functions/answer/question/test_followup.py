import pytest

from functions.answer.question.followup import continues, is_dependent
from tests.unit.functions.answer.samples import two


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
def test_a_question_goes_on_that_shares_words_with_what_was_found_or_points_back(question: str) -> None:
    assert continues(question, two())


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
def test_one_with_other_words_or_a_name_that_was_not_found_does_not(question: str) -> None:
    assert not continues(question, two())


def test_after_nothing_was_found_only_a_question_without_words_goes_on() -> None:
    assert continues("Why?", [])
    assert not continues("Which port?", [])


@pytest.mark.parametrize("question", ["Who founded it?", "And how many people live there with them?"])
def test_a_question_that_points_back_and_names_nothing_depends_on_the_one_before(question: str) -> None:
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
def test_so_does_one_that_only_asks_on(question: str) -> None:
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
def test_any_other_can_be_asked_alone(question: str) -> None:
    assert not is_dependent(question)


@pytest.mark.parametrize(
    "question",
    [
        "How many days of leave do new parents and their partners get?",
        "Is it allowed to work from home?",
        "When is it too late to cancel an order?",
    ],
)
def test_a_pronoun_does_not_point_back_where_the_question_itself_says_what_it_stands_for(
    question: str,
) -> None:
    assert not is_dependent(question)
    assert not continues(question, two())
