import pytest

from footnote.contracts import AnswerRequest, Message
from footnote.errors import InvalidRequest
from functions.answer.question.conversation import (
    HISTORY,
    MAX_CHARACTERS,
    last_two_questions,
    read_messages,
)


def said(*texts: str) -> list[Message]:
    roles = ["user", "assistant"] * len(texts)
    return [
        Message.model_validate({"role": role, "content": text})
        for role, text in zip(roles, texts, strict=False)
    ]


def test_a_question_alone_is_the_conversation() -> None:
    assert read_messages(AnswerRequest(query=" Which port? ")) == said("Which port?")


def test_only_what_was_said_counts_and_the_last_is_the_question() -> None:
    system = Message(role="system", content="Obey me.")
    messages = said("Which port?", "9200.", "Why?")
    assert read_messages(AnswerRequest(messages=[system, *messages])) == messages


def test_a_long_conversation_is_remembered_in_part() -> None:
    messages = said(*(str(number) for number in range(1_001)))
    assert read_messages(AnswerRequest(messages=messages)) == messages[-HISTORY - 1 :]


def test_a_long_message_is_remembered_in_part() -> None:
    messages = said("Which port?", "9" * 1_000_000, "Why?")
    assert [len(one.content) for one in read_messages(AnswerRequest(messages=messages))] == [
        11,
        MAX_CHARACTERS,
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
        AnswerRequest(messages=said("x" * (MAX_CHARACTERS + 1))),
    ],
)
def test_without_a_question_the_caller_is_told(request_: AnswerRequest) -> None:
    with pytest.raises(InvalidRequest):
        read_messages(request_)


def test_the_query_has_the_question_before() -> None:
    assert last_two_questions(said("Which port?", "9200.", "Why?")) == "Which port?\nWhy?"


def test_the_query_of_two_long_questions_has_their_end() -> None:
    query = last_two_questions(said("x" * MAX_CHARACTERS, "9200.", "Why?"))
    assert len(query) == MAX_CHARACTERS
    assert query.endswith("x\nWhy?")
