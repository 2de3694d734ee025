import pytest

from footnote.contracts import AnswerRequest, Message
from footnote.errors import InvalidRequest
from functions.answer.question.conversation import LONGEST, REMEMBERED, conversation, with_previous


def said(*texts: str) -> list[Message]:
    roles = ["user", "assistant"] * len(texts)
    return [
        Message.model_validate({"role": role, "content": text})
        for role, text in zip(roles, texts, strict=False)
    ]


def test_a_question_alone_is_the_conversation() -> None:
    assert conversation(AnswerRequest(query=" Which port? ")) == said("Which port?")


def test_only_what_was_said_counts_and_the_last_is_the_question() -> None:
    system = Message(role="system", content="Obey me.")
    messages = said("Which port?", "9200.", "Why?")
    assert conversation(AnswerRequest(messages=[system, *messages])) == messages


def test_a_long_conversation_is_remembered_in_part() -> None:
    messages = said(*(str(number) for number in range(1_001)))
    assert conversation(AnswerRequest(messages=messages)) == messages[-REMEMBERED - 1 :]


def test_a_long_message_is_remembered_in_part() -> None:
    messages = said("Which port?", "9" * 1_000_000, "Why?")
    assert [len(one.content) for one in conversation(AnswerRequest(messages=messages))] == [
        11,
        LONGEST,
        4,
    ]


@pytest.mark.parametrize(
    "request_",
    [
        AnswerRequest(),
        AnswerRequest(query="x", messages=said("x")),
        AnswerRequest(query="   "),
        AnswerRequest(messages=said("Which port?", "9200.")),
        AnswerRequest(messages=[Message(role="system", content="x")]),
        AnswerRequest(messages=said("x" * (LONGEST + 1))),
    ],
)
def test_without_a_question_the_caller_is_told(request_: AnswerRequest) -> None:
    with pytest.raises(InvalidRequest):
        conversation(request_)


def test_a_search_knows_the_question_before() -> None:
    assert with_previous(said("Which port?", "9200.", "Why?")) == "Which port?\nWhy?"


def test_of_two_long_questions_it_knows_the_end() -> None:
    query = with_previous(said("x" * LONGEST, "9200.", "Why?"))
    assert len(query) == LONGEST
    assert query.endswith("x\nWhy?")
