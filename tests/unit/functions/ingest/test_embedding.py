import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress

import pytest

from footnote.calls.embeddings import Embeddings
from footnote.errors import Unavailable, Unreadable
from functions.ingest.embedding import batched, embed_client
from tests.peer import Peer, failure
from tests.unit.footnote.calls.test_embeddings import answer
from tests.unit.functions.ingest.world import Embedder, vector

pytestmark = pytest.mark.usefixtures("calls")


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


class Model:
    """It takes `seconds` for each text, of a clock of its own; embed waits for it for 30."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.now = 0.0
        self.calls: list[int] = []

    async def __call__(self, texts: Sequence[str], model: str | None) -> Embeddings:
        self.calls.append(len(texts))
        await asyncio.sleep(0)
        self.now += min(30, self.seconds * len(texts))
        if self.seconds * len(texts) > 30:
            raise Unavailable("The embedding endpoint did not answer within 30 s.")
        return await Embedder()(texts, model)


def document(name: str, chunks: int) -> list[str]:
    return [f"{name} {number}" for number in range(chunks)]


async def test_a_slow_model_gets_calls_that_it_answers_within_seconds() -> None:
    slow = Model(1)
    embed = batched(slow, lambda: slow.now)
    documents = [document(name, 64) for name in "abcdef"]
    answers = await asyncio.gather(*(embed(texts, "m/4") for texts in documents))
    assert [one.vectors for one in answers] == [[vector(each, "m/4") for each in it] for it in documents]
    assert max(slow.calls[4:]) <= 5  # also those of documents that waited from the beginning


async def test_a_model_too_slow_for_the_first_call_is_soon_asked_for_less() -> None:
    slow = Model(4)
    embed = batched(slow, lambda: slow.now)
    text = document("a", 64)
    with pytest.raises(Unavailable):
        await embed(text, "m/4")
    with pytest.raises(Unavailable):
        await embed(text, "m/4")
    assert (await embed(text, "m/4")).vectors == [vector(each, "m/4") for each in text]
    assert max(slow.calls[-10:]) == 1


async def test_a_fast_model_soon_gets_large_calls() -> None:
    fast = Model(0.001)
    embed = batched(fast, lambda: fast.now)
    await asyncio.gather(*(embed(document(str(name), 64), "m/4") for name in range(40)))
    assert max(fast.calls) > 192  # the texts of more than three documents


async def test_a_model_that_recovers_gets_larger_calls_again() -> None:
    model = Model(10)
    embed = batched(model, lambda: model.now)
    for _ in range(4):
        with suppress(Unavailable):
            await embed(document("a", 8), "m/4")
    assert model.calls[-1] == 1
    model.seconds = 0.01
    await embed(document("a", 64), "m/4")
    await embed(document("b", 64), "m/4")
    assert model.calls[-1] == 64


async def test_the_pace_of_one_model_is_not_that_of_another() -> None:
    clock = 0.0
    calls: list[tuple[str | None, int]] = []

    async def work(texts: Sequence[str], model: str | None) -> Embeddings:
        nonlocal clock
        calls.append((model, len(texts)))
        clock += len(texts) if model == "slow/4" else 0
        return await Embedder()(texts, model)

    embed = batched(work, lambda: clock)
    for _ in range(3):
        await embed(document("a", 64), "slow/4")
        await embed(document("a", 64), "fast/4")
    assert calls[-1] == ("fast/4", 64)
