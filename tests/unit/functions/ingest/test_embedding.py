import asyncio
import json
from collections.abc import AsyncIterator, Sequence

import pytest

from footnote.calls import http
from footnote.calls.embeddings import Embeddings
from footnote.errors import Unavailable, Unreadable
from functions.ingest.embedding import batched, embed_client
from tests.peer import Peer, failure
from tests.unit.footnote.calls.test_embeddings import answer
from tests.unit.functions.ingest.world import Embedder, vector


@pytest.fixture(autouse=True)
async def session() -> AsyncIterator[None]:
    yield
    await http.close()


@pytest.mark.parametrize(
    ("reply", "error", "sentence"),
    [
        (failure(404, "no such route"), Unavailable, "no such route or model"),
        (failure(422, "too long"), Unreadable, "Its text cannot be embedded: too long"),
        (failure(413, "too large"), Unreadable, "Its text cannot be embedded: too large"),
    ],
)
async def test_a_refused_text_is_unreadable_and_a_missing_model_unavailable(
    reply: bytes, error: type[Exception], sentence: str
) -> None:
    async with Peer([reply]) as url:
        with pytest.raises(error, match=sentence):
            await embed_client(url)(["a", "b"], None)


async def test_texts_are_embedded_as_documents_by_exactly_the_model_of_the_index() -> None:
    async with (peer := Peer([answer([0.5, -1])])) as url:
        await embed_client(url)(["a"], "m/2")
    asked = json.loads(peer.bodies[0])
    assert (asked["model"], asked["exact"], asked["input_type"]) == ("m/2", True, "document")


async def test_vectors_of_another_model_are_refused() -> None:
    async with Peer([answer([0.5, -1])]) as url:
        with pytest.raises(Unavailable, match="vectors of m/2, not of other"):
            await embed_client(url)(["a"], "other")


async def test_texts_of_concurrent_documents_share_a_call_and_get_their_own_vectors() -> None:
    calls = []

    async def step(port: str) -> None:
        calls.append(port)
        await asyncio.sleep(0)

    embed = batched(Embedder(step))
    asked = [([f"{place}", f"{place} more"], model) for place in range(9) for model in ("a/4", "b/8")]
    answers = await asyncio.gather(*(embed(*each) for each in asked))
    for (texts, model), embedded in zip(asked, answers, strict=True):
        assert embedded.vectors == [vector(text, model) for text in texts]
        assert embedded.model == model
    assert len(calls) < len(asked)


async def test_a_refused_text_fails_only_its_own_document() -> None:
    async def embed(texts: Sequence[str], model: str | None) -> Embeddings:
        await asyncio.sleep(0)
        if "bad" in texts:
            raise Unreadable("Its text cannot be embedded.")
        return await Embedder()(texts, model)

    ask = batched(embed)
    texts = ["a", "b", "c", "bad", "d"]
    answers = await asyncio.gather(*(ask([text], "m/4") for text in texts), return_exceptions=True)
    assert [isinstance(answer, Unreadable) for answer in answers] == [text == "bad" for text in texts]
