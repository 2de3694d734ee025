import asyncio
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from footnote.calls.model_client import ModelClient
from footnote.errors import FootnoteError, InvalidRequest, RateLimited, Unavailable
from footnote.settings import Settings
from footnote.vectors import encode
from functions.embed.remote import ROUTE, RemoteEmbedder
from tests.endpoint import Answer, Endpoint, echoing, failing, serving


def called(
    endpoint: Endpoint, settings: Settings | None = None, backoff: Sequence[float] = (0.001, 0.001)
) -> ModelClient:
    given = settings or Settings()
    return ModelClient("embedding", endpoint.url, ROUTE, given, timeout=30, backoff=backoff)


@asynccontextmanager
async def embedder(endpoint: Endpoint, **more: Any) -> AsyncIterator[RemoteEmbedder]:
    remote = called(endpoint, backoff=())
    yield RemoteEmbedder(remote, "m", **more)
    remote.close()


def vectors(request: dict[str, Any]) -> Response:
    """Vectors of two dimensions, the first the length of the text, in reverse order."""
    data = [
        {"object": "embedding", "index": index, "embedding": [len(text), 0.0]}
        for index, text in enumerate(request["input"])
    ]
    usage = {"prompt_tokens": len(data), "total_tokens": len(data)}
    return JSONResponse({"object": "list", "model": "m", "data": data[::-1], "usage": usage})


async def test_batches_are_bounded_and_vectors_normalized() -> None:
    async with serving(ROUTE, vectors) as endpoint, embedder(endpoint, batch=3) as remote:
        embedded = await remote.embed(["a"] * 10)
    assert sorted(len(request["input"]) for request in endpoint.requests) == [1, 3, 3, 3]
    assert [list(vector) for vector in embedded.vectors] == [[1.0, 0.0]] * 10
    assert embedded.tokens == 10


@pytest.mark.parametrize("vector", [[float("nan"), 1.0], [float("inf"), 0.0], [0.0, 0.0]])
async def test_a_vector_without_a_direction_is_refused(vector: list[float]) -> None:
    data = [{"index": 0, "embedding": encode(array("f", vector))}]
    async with (
        serving(ROUTE, lambda _: JSONResponse({"data": data})) as endpoint,
        embedder(endpoint) as remote,
    ):
        with pytest.raises(Unavailable, match="zero or not finite"):
            await remote.embed(["a"])


async def test_dimensions_are_requested_and_part_of_the_fingerprint() -> None:
    async with serving(ROUTE, vectors) as endpoint, embedder(endpoint) as plain:
        await plain.embed(["a"])
        async with embedder(endpoint, dimensions=2) as short:
            await short.embed(["a"])
    assert [request.get("dimensions") for request in endpoint.requests] == [None, 2]
    assert (plain.fingerprint, short.fingerprint) == ("m", "m/2")


@pytest.mark.parametrize(
    ("answer", "error", "retry_after"),
    [
        (failing(429, **{"retry-after": "7"}), RateLimited, 7),
        (failing(429), RateLimited, 1),
        (failing(503, **{"retry-after": "3"}), Unavailable, 3),
        (failing(500), Unavailable, 1),
        (failing(401), Unavailable, 1),
        (failing(404), Unavailable, 1),
        (failing(400), InvalidRequest, None),
        (lambda _: Response("<html>", media_type="text/html"), Unavailable, 1),
        (lambda _: vectors({"input": ["one"]}), Unavailable, 1),
    ],
)
async def test_a_failure_says_whether_to_retry(
    answer: Answer, error: type[FootnoteError], retry_after: float | None
) -> None:
    async with serving(ROUTE, answer) as endpoint, embedder(endpoint) as remote:
        with pytest.raises(error) as raised:
            await remote.embed(["one", "two"])
    assert (type(raised.value), raised.value.retry_after) == (error, retry_after)


async def test_an_unreachable_endpoint_is_unavailable() -> None:
    async with serving(ROUTE, vectors) as endpoint:
        pass
    async with embedder(endpoint) as remote:
        with pytest.raises(Unavailable, match="embedding endpoint"):
            await remote.embed(["one"])


async def test_settings_configure_endpoint_key_and_retries(tmp_path: Path) -> None:
    async with serving(ROUTE, failing(503)) as endpoint:
        client = called(endpoint, Settings(secrets=tmp_path))
        remote = RemoteEmbedder(client, "m")
        with pytest.raises(Unavailable):
            await remote.embed(["one"])
        endpoint.answer = vectors
        for key in ("first", "second"):
            (tmp_path / "embedding-key").write_text(f"{key}\n")
            await remote.embed(["one"])
        client.close()
    assert endpoint.keys == ["Bearer none"] * 3 + ["Bearer first", "Bearer second"]


async def test_a_long_retry_after_is_not_waited_for() -> None:
    async with serving(ROUTE, failing(429, **{"retry-after": "60"})) as endpoint:
        client = called(endpoint)
        with pytest.raises(RateLimited) as raised:
            await RemoteEmbedder(client, "m").embed(["one"])
        client.close()
    assert (raised.value.retry_after, len(endpoint.requests)) == (60, 1)


async def test_concurrent_single_texts_share_a_call() -> None:
    async with serving(ROUTE, vectors) as endpoint, embedder(endpoint) as remote:
        embedded = await asyncio.gather(*(remote.embed([text]) for text in "abcdefgh"))
    assert [len(request["input"]) for request in endpoint.requests] == [1, 1, 1, 1, 4]
    assert [one.tokens for one in embedded] == [1] * 8


async def test_vectors_may_be_base64() -> None:
    def answer(_: dict[str, Any]) -> Response:
        return JSONResponse({"data": [{"index": 0, "embedding": encode(array("f", [0.0, -2.0]))}]})

    async with serving(ROUTE, answer) as endpoint, embedder(endpoint) as remote:
        embedded = await remote.embed(["a"])
    assert [list(vector) for vector in embedded.vectors] == [[0.0, -1.0]]
    assert endpoint.requests[0]["encoding_format"] == "base64"


@pytest.mark.parametrize("status", [400, 401, 429, 500])
async def test_a_text_repeated_in_an_error_is_redacted(status: int) -> None:
    async with serving(ROUTE, echoing(status)) as endpoint, embedder(endpoint) as remote:
        with pytest.raises(FootnoteError, match=f"{status}.*extra_forbidden") as failed:
            await remote.embed(["Ada?", "My wife has\nepilepsy."])
    assert not [word for word in ("Ada", "wife", "epilepsy") if word in failed.value.message]
