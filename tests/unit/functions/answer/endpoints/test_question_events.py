from __future__ import annotations

import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote import events
from footnote.contracts import AnswerRequest
from footnote.errors import InvalidRequest
from functions.answer.endpoints.question_events import to_answer_request

BINARY = {"ce-specversion": "1.0", "ce-id": "q1", "ce-source": "tests", "ce-type": events.QUESTION_ASKED}
STRUCTURED = {"content-type": "application/cloudevents+json"}


def binary(body: bytes, media_type: str = "application/json") -> AnswerRequest:
    [event] = events.parse({**BINARY, "content-type": media_type}, body)
    return to_answer_request(event)


def structured(**data: object) -> AnswerRequest:
    attributes = {"specversion": "1.0", "id": "q1", "source": "tests", "type": events.QUESTION_ASKED}
    [event] = events.parse(STRUCTURED, json.dumps(attributes | data).encode())
    return to_answer_request(event)


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_a_question_comes_in_either_mode() -> None:
    asked = AnswerRequest(query="Why?")
    assert binary(b'{"query": "Why?"}') == asked
    assert structured(data={"query": "Why?"}) == asked
    assert structured(data_base64=encoded(b'{"query": "Why?"}')) == asked


@pytest.mark.parametrize("body", [b'{"query": "Why?"', b"Why?", b"\xff\xfe"])
def test_data_that_is_no_json_is_refused_in_a_sentence(body: bytes) -> None:
    for media_type in ("application/json", "text/plain"):
        with pytest.raises(InvalidRequest, match="data must be JSON"):
            binary(body, media_type)
    with pytest.raises(InvalidRequest, match="data must be JSON"):
        structured(data_base64=encoded(body))


@given(st.binary(max_size=20) | st.text(alphabet='{}[]":query 1,\\', max_size=20).map(str.encode))
def test_whatever_the_data_it_is_a_question_or_refused(body: bytes) -> None:
    for data in ({"data_base64": encoded(body)}, {"data": body.decode(errors="replace")}):
        with suppress(InvalidRequest):
            structured(**data)
    with suppress(InvalidRequest):
        binary(body)
