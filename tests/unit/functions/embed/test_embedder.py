"""The contract of every embedder: the local model, and a remote one (a real embed process)."""

import math
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footnote.calls.model_client import ModelClient
from footnote.settings import Settings
from functions.embed.embedder import Embedder
from functions.embed.local import LocalEmbedder
from functions.embed.remote import ROUTE, RemoteEmbedder

TEXTS = [f"Sentence number {n} is about {word}." for n, word in enumerate(["cats", "tax", "rain"] * 5)]


@pytest.fixture(params=["local", "remote"])
async def embedder(request: pytest.FixtureRequest, local: LocalEmbedder) -> AsyncIterator[Embedder]:
    if request.param == "local":
        yield local
        return
    url: str = request.getfixturevalue("embed_url")
    endpoint = ModelClient("embedding", f"{url}/v1", ROUTE, Settings(), timeout=30)
    yield RemoteEmbedder(endpoint, "all-MiniLM-L6-v2", batch=4)
    endpoint.close()


def similarity(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


async def test_each_text_has_a_vector_of_unit_length(embedder: Embedder) -> None:
    embedded = await embedder.embed(TEXTS)
    assert len(embedded.vectors) == len(TEXTS)
    assert {len(vector) for vector in embedded.vectors} == {384}
    assert all(math.isclose(math.hypot(*vector), 1, abs_tol=1e-5) for vector in embedded.vectors)


async def test_vectors_are_in_the_order_of_the_texts(embedder: Embedder) -> None:
    together = (await embedder.embed(TEXTS)).vectors
    alone = [(await embedder.embed([text])).vectors[0] for text in TEXTS]
    assert together == alone


async def test_a_text_has_the_same_vector_in_any_batch(embedder: Embedder) -> None:
    long = "A much longer text about the weather in the mountains. " * 20
    first = await embedder.embed(["a cat", long, "rain"])
    second = await embedder.embed(["rain", "a cat"])
    assert first.vectors[0] == second.vectors[1]
    assert first.vectors[2] == second.vectors[0]


async def test_similar_texts_have_closer_vectors(embedder: Embedder) -> None:
    cat, kitten, law = (await embedder.embed(["a cat", "a kitten", "income tax law"])).vectors
    assert similarity(list(cat), list(kitten)) > similarity(list(cat), list(law)) + 0.3


async def test_a_text_beyond_the_models_length_is_truncated(embedder: Embedder) -> None:
    start = "All about penguins and their colonies on the ice. " * 60
    embedded = await embedder.embed([start, start + "And something else at the end. " * 3_000])
    assert embedded.vectors[0] == embedded.vectors[1]
    assert embedded.tokens == 512


async def test_tokens_are_counted(embedder: Embedder) -> None:
    assert (await embedder.embed(["a cat"] * 10)).tokens == 10 * (await embedder.embed(["a cat"])).tokens


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(min_size=1).filter(lambda text: bool(text.strip())))
async def test_any_text_has_a_vector(text: str, embedder: Embedder) -> None:
    (vector,) = (await embedder.embed([text])).vectors
    assert math.isclose(math.hypot(*vector), 1, abs_tol=1e-5)


async def test_a_text_without_spaces_has_a_vector(embedder: Embedder) -> None:
    (vector,) = (await embedder.embed(["x" * 300_000])).vectors
    assert len(vector) == 384
