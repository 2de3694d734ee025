"""The HTTP contract of a real embed process, tested with OpenAI's own client where possible."""

import base64
import json
import struct
import urllib.error
import urllib.request
from typing import Any

import openai
import pytest

FINGERPRINT = "all-MiniLM-L6-v2-int8@bfaea80e/384"


def post(url: str, body: dict[str, Any]) -> tuple[int, Any]:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_the_official_client_gets_embeddings(embed_url: str) -> None:
    with openai.OpenAI(base_url=f"{embed_url}/v1", api_key="none") as client:
        packed = client.embeddings.create(model="all-MiniLM-L6-v2", input=["a cat", "a dog"])
        plain = client.embeddings.create(model=FINGERPRINT, input="a dog", encoding_format="float")
    assert packed.model == plain.model == FINGERPRINT
    assert [item.index for item in packed.data] == [0, 1]
    assert packed.data[1].embedding == plain.data[0].embedding
    assert packed.usage.prompt_tokens == packed.usage.total_tokens == 8


@pytest.mark.parametrize("path", ["/", "/v1/embeddings"])
def test_vectors_are_floats_unless_base64_is_requested(embed_url: str, path: str) -> None:
    _, plain = post(embed_url + path, {"input": "a cat"})
    _, packed = post(embed_url + path, {"input": "a cat", "encoding_format": "base64"})
    numbers = struct.unpack("<384f", base64.b64decode(packed["data"][0]["embedding"]))
    assert list(numbers) == plain["data"][0]["embedding"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"input": []}, "input: send 1 to 2048 texts, not 0."),
        ({"input": ["a"] * 2049}, "input: send 1 to 2048 texts, not 2049."),
        ({"input": ""}, "input.0: the text is blank."),
        ({"input": ["a", " \n"]}, "input.1: the text is blank."),
        ({"input": "a", "input_type": "passage"}, "input_type: Input should be 'query' or 'document'."),
        ({"input": "a", "dimensions": 3}, "dimensions: the model has 384 dimensions, not 3."),
    ],
)
def test_an_invalid_request_is_answered_with_what_to_change(
    embed_url: str, body: dict[str, Any], message: str
) -> None:
    assert post(embed_url, body) == (422, {"error": {"type": "invalid_request", "message": message}})


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("other", "it serves all-MiniLM-L6-v2, and models in the folder"),
        ("../models/other", "embed has no ../models/other"),
        ("long" * 200, "embed has no longlong"),
        ("all-MiniLM-L6-v2-int8@00000000/384", f"but {FINGERPRINT}"),
    ],
)
def test_an_unknown_model_is_not_found(embed_url: str, model: str, told: str) -> None:
    status, answer = post(embed_url, {"input": "a", "model": model})
    assert (status, answer["error"]["type"]) == (404, "not_found")
    assert told in answer["error"]["message"]


@pytest.mark.parametrize("tokens", [[1, 2], [[1, 2], [3]]])
def test_token_input_is_refused_with_a_hint_to_send_text(embed_url: str, tokens: list[Any]) -> None:
    status, answer = post(embed_url, {"input": tokens})
    assert status == 422
    assert answer["error"]["message"].startswith("input: send texts, not tokens (in LangChain:")


def test_an_empty_model_name_selects_the_default_model(embed_url: str) -> None:
    assert post(embed_url, {"input": "a cat", "model": ""}) == post(embed_url, {"input": "a cat"})


def test_other_parameters_of_clients_are_ignored(embed_url: str) -> None:
    besides = {"encoding_format": None, "user": "ada", "truncate": "END"}
    assert post(embed_url, {"input": "a cat", **besides}) == post(embed_url, {"input": "a cat"})


@pytest.mark.parametrize("input_type", ["query", "document", None])
def test_a_model_without_prompts_embeds_every_type_of_input_alike(
    embed_url: str, input_type: str | None
) -> None:
    asked = {"input": "a cat", "model": FINGERPRINT, "exact": True, "input_type": input_type}
    assert post(embed_url, asked) == post(embed_url, {"input": "a cat"})


def test_texts_and_tokens_are_counted(embed_url: str) -> None:
    def read() -> float:
        with urllib.request.urlopen(f"{embed_url}/metrics") as response:
            lines = response.read().decode().splitlines()
        name = 'footnote_embedded_tokens_total{model="all-MiniLM-L6-v2"} '
        return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))

    before = read()
    _, answer = post(f"{embed_url}/v1/embeddings", {"input": ["a cat", "a dog"]})
    assert read() == before + answer["usage"]["prompt_tokens"]
