import json
from collections.abc import Sequence

import pytest

from footnote.calls import http
from footnote.contracts import Filter, RetrieveRequest
from footnote.errors import FingerprintMismatch, InvalidRequest
from footnote.store import Store
from functions.retrieve.search import ATTEMPTS, Search, embed_client
from tests.contract.samples import MODEL, RECIPE, embed, put, uri
from tests.embeddings import embeddings
from tests.peer import Peer, success


class Embedder:
    """Answers with each of the given models once, and then with the requested one."""

    def __init__(self, *models: str) -> None:
        self.models = list(models)
        self.asked: list[tuple[str, str]] = []

    async def __call__(self, text: str, model: str) -> tuple[Sequence[float], str]:
        self.asked.append((text, model))
        return embed(text), self.models.pop(0) if self.models else model


@pytest.fixture
async def filled(store: Store) -> Store:
    generation = await store.ensure_live(RECIPE)
    await put(store, generation, "heron.txt", "The heron fishes.")
    await put(store, generation, "otter.txt", "The otter swims.")
    await put(store, generation, "closed.txt", "The heron sues.", groups=("legal",))
    return store


async def test_a_question_without_a_vector_is_embedded_by_the_live_model(filled: Store) -> None:
    embedder = Embedder()
    response = await Search(filled, embedder)(RetrieveRequest(query="heron fishes", top_k=1))
    assert embedder.asked == [("heron fishes", MODEL)]
    assert response.unknown == []
    assert [hit.text for hit in response.hits] == ["The heron fishes."]
    assert response.coverage == 1
    generation = await filled.live()
    assert generation is not None
    assert (response.index, response.model) == (generation.name, MODEL)


async def test_a_vector_of_the_live_model_is_used(filled: Store) -> None:
    embedder = Embedder()
    request = RetrieveRequest(query="x", vector=embed("otter swims."), model=MODEL, mode="vector")
    response = await Search(filled, embedder)(request)
    assert embedder.asked == []
    assert response.hits[0].text == "The otter swims."
    assert response.unknown == ["x"]


async def test_a_vector_of_another_model_is_embedded_again(filled: Store) -> None:
    embedder = Embedder()
    request = RetrieveRequest(query="otter", vector=[1.0, 0.0], model="retired")
    response = await Search(filled, embedder)(request)
    assert embedder.asked == [("otter", MODEL)]
    assert response.hits[0].text == "The otter swims."


async def test_a_keyword_search_needs_no_vector(filled: Store) -> None:
    embedder = Embedder()
    response = await Search(filled, embedder)(RetrieveRequest(query="otter", mode="keyword"))
    assert embedder.asked == []
    assert [hit.text for hit in response.hits] == ["The otter swims."]


async def test_a_search_starts_over_if_another_generation_goes_live(filled: Store) -> None:
    embedder = Embedder("retired")
    response = await Search(filled, embedder)(RetrieveRequest(query="otter"))
    assert len(embedder.asked) == 2
    assert response.hits[0].text == "The otter swims."


async def test_a_vector_of_the_wrong_model_from_embed_is_an_error(filled: Store) -> None:
    embedder = Embedder(*["another"] * 10)
    with pytest.raises(FingerprintMismatch, match="another"):
        await Search(filled, embedder)(RetrieveRequest(query="otter"))
    assert len(embedder.asked) == ATTEMPTS


async def test_a_search_before_anything_is_indexed_finds_nothing_and_embeds_nothing(
    store: Store,
) -> None:
    embedder = Embedder()
    response = await Search(store, embedder)(RetrieveRequest(query="otter"))
    assert (response.hits, response.coverage, embedder.asked) == ([], 0, [])


async def test_a_query_is_embedded_as_one_by_exactly_the_model_of_the_index() -> None:
    async with (peer := Peer([success(embeddings([[0.5, -1.0]], "m/2"))])) as url:
        vector, model = await embed_client(url)("otter", "m/2")
    await http.close()
    assert (list(vector), model) == ([0.5, -1.0], "m/2")
    asked = json.loads(peer.bodies[0])
    assert (asked["model"], asked["exact"], asked["input_type"]) == ("m/2", True, "query")


async def test_a_vector_needs_its_model(filled: Store) -> None:
    with pytest.raises(InvalidRequest, match="model"):
        await Search(filled, Embedder())(RetrieveRequest(query="otter", vector=[1.0]))


async def test_filter_and_groups_are_passed_on(filled: Store) -> None:
    search = Search(filled, Embedder())
    public = await search(RetrieveRequest(query="heron"))
    assert {hit.uri for hit in public.hits} == {uri("heron.txt"), uri("otter.txt")}
    own = await search(RetrieveRequest(query="heron", groups=["legal"], filter=Filter(prefix="closed")))
    assert [hit.uri for hit in own.hits] == [uri("closed.txt")]
