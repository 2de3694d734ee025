"""Valid and invalid responses of embed."""

import base64
import json
from array import array
from typing import Any

import pytest

from footnote.calls.embeddings import embed
from footnote.errors import InvalidRequest, NotFound, RequestTooLarge, Unavailable
from tests.embeddings import embeddings
from tests.peer import Peer, failure, success

pytestmark = pytest.mark.usefixtures("calls")


def answer(*vectors: Any) -> bytes:
    return success(embeddings(vectors, "m/2"))


async def test_vectors_come_as_base64_or_numbers() -> None:
    packed = base64.b64encode(array("f", [0.5, -1]).tobytes()).decode()
    async with Peer([answer(packed, [0.25, 1])]) as url:
        embedded = await embed(url, ["a", "b"], "m/2", input_type=None)
    assert [list(vector) for vector in embedded.vectors] == [[0.5, -1], [0.25, 1]]
    assert embedded.model == "m/2"


@pytest.mark.parametrize(
    ("reply", "error", "sentence"),
    [
        (answer([1.0]), Unavailable, "1 vectors for 2 texts"),
        (answer({}, 3), Unavailable, "invalid response"),
        (answer("no base64", "?"), Unavailable, "invalid response"),
        (failure(404, "no such model"), NotFound, "no such model"),
        (failure(503, "busy"), Unavailable, "busy"),
        (failure(422, "blank"), InvalidRequest, "blank"),
        (failure(413, "too large"), RequestTooLarge, "too large"),
    ],
)
async def test_any_other_response_is_an_error(
    reply: bytes, error: type[Exception], sentence: str
) -> None:
    async with Peer([reply]) as url:
        with pytest.raises(error, match=sentence):
            await embed(url, ["a", "b"], input_type=None)


async def test_a_request_says_what_the_texts_are_and_that_its_model_is_a_fingerprint() -> None:
    async with (peer := Peer([answer([0.25, 1])] * 2)) as url:
        await embed(url, ["a"], "m/2", input_type="query")
        await embed(url, ["a"], "m/2", input_type="document", exact=False)
    asked = [json.loads(body) for body in peer.bodies]
    assert [(each["model"], each["exact"], each["input_type"]) for each in asked] == [
        ("m/2", True, "query"),
        ("m/2", False, "document"),
    ]
