import json
from typing import Any

import pytest

from footnote import trace_context
from footnote.errors import InvalidRequest
from footnote.events import document_event, object_changed_event, parse, to_http

BINARY = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t"}
STRUCTURED: dict[str, Any] = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}
KEYS = ["a b.md", "ü/日本語.md", "100%.txt", "a%20b", "a+b", 'quote".md', "new\nline"]


def structured(**attributes: Any) -> bytes:
    return json.dumps(STRUCTURED | attributes).encode()


def test_binary_mode() -> None:
    headers = BINARY | {"ce-subject": "k", "content-type": "application/json"}
    (event,) = parse({name.title(): value for name, value in headers.items()}, b'{"a": 1}')
    assert (event["type"], event["id"], event["subject"]) == ("t", "1", "k")
    assert event.get_data() == {"a": 1}


def test_structured_mode() -> None:
    headers = {"content-type": "application/cloudevents+json"}
    (event,) = parse(headers, structured(subject="k", data={"a": 1}, traceparent="00-1-2-01"))
    assert (event["subject"], event["traceparent"]) == ("k", "00-1-2-01")
    assert event.get_data() == {"a": 1}


def test_a_batch_gives_all_its_events() -> None:
    body = json.dumps([STRUCTURED, STRUCTURED | {"id": "2"}]).encode()
    events = parse({"content-type": "application/cloudevents-batch+json; charset=utf-8"}, body)
    assert [event["id"] for event in events] == ["1", "2"]


@pytest.mark.parametrize("key", KEYS)
def test_encoding_and_parsing_give_the_same_event(key: str) -> None:
    event = object_changed_event("file:///data/my bücket", key)
    headers, body = to_http(event)
    assert headers["content-type"] == "application/json"
    assert all("!" <= char <= "~" for value in headers.values() for char in value)
    (received,) = parse(headers, body)
    assert received["subject"] == key
    assert received.get_data() == {"bucket": "file:///data/my bücket", "key": key}


def test_a_number_or_boolean_attribute_becomes_text() -> None:
    (event,) = parse({}, structured(sequence=7, sampled=True))
    (again,) = parse(*to_http(event))
    assert (again["sequence"], again["sampled"]) == ("7", "true")


def test_a_header_in_plain_utf8_is_accepted() -> None:
    as_received = "objects/日本語 100%.md".encode().decode("latin-1")
    (event,) = parse({**BINARY, "ce-subject": as_received}, b"")
    assert event["subject"] == "objects/日本語 100%.md"


def test_data_that_is_not_json_is_kept() -> None:
    (event,) = parse({**BINARY, "content-type": "application/protobuf"}, b"\x0a\xff")
    assert event.get_data() == b"\x0a\xff"


def test_the_trace_is_passed_on() -> None:
    trace_context.enter({"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    headers, _ = to_http(object_changed_event("s3://docs", "k"))
    assert "0af7651916cd43dd8448eb211c80319c" in headers["ce-traceparent"]


def test_a_redelivered_event_gives_the_same_reply_id() -> None:
    (cause,) = parse(BINARY, b"")
    document = {"id": "d1", "key": "k", "state": "indexed", "chunks": 3}
    first, second = (document_event(cause, "s3://docs", document) for _ in range(2))
    assert first["id"] == second["id"]
    assert (first["type"], first["subject"]) == ("dev.footnote.document.indexed.v1", "k")
    assert first.get_data() == document
    other = document_event(cause, "s3://docs", document | {"id": "d2"})
    assert other["id"] != first["id"]


@pytest.mark.parametrize(
    ("headers", "body", "sentence"),
    [
        ({"ce-specversion": "1.0"}, b"", "id is missing; source is missing; type is missing"),
        ({"ce-type": "t"}, b"", "specversion is missing; id is missing; source is missing"),
        (BINARY | {"ce-specversion": "7"}, b"", "specversion '7' is not supported, use 1.0"),
        (
            {},
            b'{"specversion": "1.0", "id": 3}',
            "source is missing; type is missing; id must be a string",
        ),
        ({}, structured(subject=["x"]), "subject must be a string"),
        ({}, structured(data_base64=1), "not a valid CloudEvent"),
        ({}, b"[]", "which is a JSON object"),
        ({}, b"plain", "is not a CloudEvent"),
        ({}, b"", "is not a CloudEvent"),
        ({}, b"\xff\xfe", "its body is not JSON in UTF-8"),
        ({}, b'{"id": "\\ud800"}', "is not a CloudEvent"),
        ({}, b"[" * 100_000, "is not a CloudEvent"),
        (BINARY | {"content-type": "application/json"}, b"[" * 100_000, "not a valid CloudEvent"),
        ({"content-type": "application/cloudevents-batch+json"}, b"{}", "must be a JSON array"),
    ],
)
def test_an_invalid_event_is_refused_with_all_its_problems(
    headers: dict[str, str], body: bytes, sentence: str
) -> None:
    with pytest.raises(InvalidRequest, match=sentence.replace("[", r"\[")) as raised:
        parse(headers, body)
    assert raised.value.message.endswith(".")
