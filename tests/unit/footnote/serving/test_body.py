import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Message

from footnote.settings import get_settings
from tests.unit.footnote.serving.greeting import client, greeter


def test_every_wrong_field_is_named() -> None:
    response = client().post("/", json={"times": "x", "nmae": "you"})
    message = response.json()["error"]["message"]
    assert response.status_code == 422
    assert all(field in message for field in ("name", "times", "nmae"))


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"\xff", b"null"])
def test_a_body_of_another_shape_is_refused(body: bytes) -> None:
    assert client().post("/", content=body).status_code == 422


def test_a_byte_order_mark_is_accepted() -> None:
    body = '{"name": "Zoë"}'.encode("utf-8-sig")
    assert client().post("/", content=body).json()["text"] == "hello Zoë"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_is_refused_with_the_right_one(encoding: str) -> None:
    response = client().post("/", content='{"name": "Zoë"}'.encode(encoding))
    assert response.status_code == 422
    assert response.json()["error"]["message"] == "The body must be JSON in UTF-8."


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "identity, br"])
def test_a_compressed_body_is_refused(coding: str) -> None:
    response = client().post("/", json={"name": "you"}, headers={"content-encoding": coding})
    assert response.status_code == 422
    told = f"Content-Encoding {coding} is not supported: send the body uncompressed."
    assert response.json()["error"]["message"] == told


@pytest.mark.parametrize("coding", ["identity", "Identity", ""])
def test_the_identity_encoding_is_accepted(coding: str) -> None:
    response = client().post("/", json={"name": "you"}, headers={"content-encoding": coding})
    assert response.status_code == 200


def test_a_body_over_the_limit_is_refused() -> None:
    assert client().post("/", content=b"x" * (get_settings().body_limit + 1)).status_code == 413


@pytest.mark.parametrize(("size", "status"), [(10, 200), (11, 413)])
@pytest.mark.parametrize("declared", [True, False])
async def test_all_parts_count_towards_the_limit(size: int, status: int, declared: bool) -> None:
    body = b"x" * size
    messages: list[Message] = [
        {"type": "http.request", "body": body[:6], "more_body": True},
        {"type": "http.request", "body": body[6:]},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    headers = [(b"content-length", str(size).encode())] if declared else []
    scope = {"type": "http", "method": "POST", "path": "/short", "headers": headers}
    function = greeter()
    function.run_to_completion = True
    assert (await function(Request(scope, receive))).status_code == status
    # Of a body that is too large by its own account nothing is read.
    assert bool(messages) == (declared and status == 413)


@pytest.mark.parametrize("came", [[], [b"hel"]])
@pytest.mark.parametrize("completes", [False, True])
async def test_a_stalled_body_times_out_and_frees_its_slot(came: list[bytes], completes: bool) -> None:
    messages = iter([{"type": "http.request", "body": part, "more_body": True} for part in came])
    sent: list[Message] = []

    async def receive() -> Message:
        if (message := next(messages, None)) is None:
            await asyncio.Event().wait()
        assert message
        return message

    async def send(message: Message) -> None:
        sent.append(message)

    function = greeter()
    function.run_to_completion = completes
    scope = {"type": "http", "method": "POST", "path": "/hurry", "headers": []}
    await (await function(Request(scope, receive)))(scope, receive, send)
    assert (sent[0]["status"], function.in_flight) == (408, 0)
    assert (b"connection", b"close") in sent[0]["headers"]
    assert b"The body stopped arriving" in sent[1]["body"]
