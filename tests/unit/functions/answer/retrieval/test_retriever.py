from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client import REGISTRY

from footnote.calls import http
from footnote.contracts import EmbeddingsRequest, Filter, RetrieveRequest
from footnote.errors import FootnoteError, InvalidRequest, Unavailable
from functions.answer.retrieval.retriever import KEYWORDS_ONLY, Retriever
from functions.answer.timings import Timings
from tests.embeddings import embeddings
from tests.unit.functions.answer.samples import two

pytestmark = pytest.mark.usefixtures("calls")

VECTOR = [0.5, 0.25]
ASKED = RetrieveRequest(query="Which port?")


class Neighbours:
    """A stand-in for embed and retrieve. embed answers once retrieve was woken."""

    def __init__(self) -> None:
        self.embed_status = 200
        self.vectors = [VECTOR]
        self.retrieve_status = 200
        self.woken = asyncio.Event()
        self.wakes = 0
        self.searches: list[dict[str, object]] = []
        self.embedded: list[EmbeddingsRequest] = []
        self.revision: str | None = "1"
        self.beyond: dict[str, object] = {}
        """Fields of a response of retrieve that are unknown or malformed."""
        self.told: dict[str, object] = {}
        """The same for its revision."""
        self.tells = asyncio.Event()
        self.tells.set()
        """The revision is returned once it is set."""

    async def embeddings(self, request: web.Request) -> web.Response:
        self.embedded.append(EmbeddingsRequest.model_validate(await request.json()))
        await asyncio.wait_for(self.woken.wait(), 30)
        return self._reply(self.embed_status, embeddings(self.vectors, "fingerprint"))

    async def alive(self, request: web.Request) -> web.Response:
        self.wakes += 1
        self.woken.set()
        return web.json_response({})

    async def search(self, request: web.Request) -> web.Response:
        self.searches.append(await request.json())
        hits = [passage.model_dump() | self.beyond for passage in two()]
        body = {"hits": hits, "index": "i", "model": "live", "coverage": 0.5, "took_ms": 1}
        body |= {"revision": self.revision, **self.beyond}
        return self._reply(self.retrieve_status, body)

    async def at(self, request: web.Request) -> web.Response:
        await self.tells.wait()
        return web.json_response({"revision": self.revision, **self.told})

    def _reply(self, status: int, body: object) -> web.Response:
        failure = {"error": {"type": "t", "message": "http://internal:80 is unwell"}}
        return web.json_response(body if status == 200 else failure, status=status)


@pytest.fixture
def neighbours() -> Neighbours:
    return Neighbours()


@pytest.fixture
async def retriever(neighbours: Neighbours) -> AsyncIterator[Retriever]:
    app = web.Application()
    app.router.add_post("/v1/embeddings", neighbours.embeddings)
    app.router.add_get("/health/liveness", neighbours.alive)
    app.router.add_post("/", neighbours.search)
    app.router.add_get("/revision", neighbours.at)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        yield Retriever(url, url, cache_size=10)


async def test_retrieve_is_woken_while_embed_works(retriever: Retriever, neighbours: Neighbours) -> None:
    await retriever.retrieve(ASKED, Timings())
    assert neighbours.wakes == 1


async def test_a_retrieve_that_was_just_used_is_not_woken(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    for query in "abc":
        await retriever.retrieve(RetrieveRequest(query=query), Timings())
    assert neighbours.wakes == 1


async def test_waking_retrieve_does_not_close_its_circuit_breaker(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    neighbours.retrieve_status = 503
    for _ in range(9):
        with pytest.raises(Unavailable):
            await retriever.retrieve(RetrieveRequest(query="Which port?", mode="keyword"), Timings())
        assert retriever.waking is not None
        await retriever.waking
    assert (neighbours.wakes, len(neighbours.searches)) == (9, 5)


async def test_a_retrieve_that_cannot_be_woken_is_called_even_so() -> None:
    http.connection_pool().backoff = ()
    retriever = Retriever("http://127.0.0.1:9", "http://127.0.0.1:9")
    with pytest.raises(Unavailable, match="cannot be searched now"):
        await retriever.retrieve(RetrieveRequest(query="Which port?", mode="keyword"), Timings())
    assert retriever.waking is not None
    await retriever.waking


async def test_the_vector_goes_with_its_fingerprint_and_the_readers_groups(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    timings = Timings()
    search = RetrieveRequest(query="Which port?", top_k=3, filter=Filter(prefix="a/"), groups=["staff"])
    found = await retriever.retrieve(search, timings)
    assert found.response.hits == two()
    assert neighbours.searches == [
        {
            **{"query": "Which port?", "vector": VECTOR, "model": "fingerprint"},
            **{"top_k": 3, "mode": "hybrid", "filter": {"prefix": "a/"}, "groups": ["staff"]},
        }
    ]
    assert {"embed", "retrieve"} <= timings.finish().keys()


async def test_a_question_is_embedded_as_a_query_by_the_model_that_retrieve_searched_with(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    for query in "ab":
        await retriever.retrieve(RetrieveRequest(query=query), Timings())
    assert [each.model for each in neighbours.embedded] == [None, "live"]
    assert {(each.input_type, each.exact) for each in neighbours.embedded} == {("query", True)}


def fallbacks() -> float:
    """Answers without embed, which an alert is about."""
    return REGISTRY.get_sample_value("footnote_fallbacks_total", {"missing": "embed"}) or 0


@pytest.mark.parametrize("status", [503, 429, 500, 404])
async def test_without_embed_the_search_is_by_keywords_with_a_notice(
    retriever: Retriever, neighbours: Neighbours, status: int
) -> None:
    neighbours.embed_status = status
    before = fallbacks()
    found = await retriever.retrieve(ASKED, Timings())
    assert neighbours.searches[0]["mode"] == "keyword"
    assert found.notices == [KEYWORDS_ONLY]
    assert fallbacks() == before + 1


async def test_a_malformed_response_of_embed_counts_as_a_failure(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    neighbours.vectors = []
    assert (await retriever.retrieve(ASKED, Timings())).notices == [KEYWORDS_ONLY]


async def test_an_error_of_embed_about_the_question_is_raised(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    neighbours.embed_status = 422
    with pytest.raises(InvalidRequest):
        await retriever.retrieve(ASKED, Timings())


async def test_a_keyword_search_needs_no_vector(retriever: Retriever, neighbours: Neighbours) -> None:
    found = await retriever.retrieve(RetrieveRequest(query="Which port?", mode="keyword"), Timings())
    assert "vector" not in neighbours.searches[0]
    assert not found.notices


async def test_without_retrieve_the_error_has_only_a_message_and_retry_after(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    neighbours.retrieve_status = 503
    with pytest.raises(Unavailable) as failed:
        await retriever.retrieve(ASKED, Timings())
    assert failed.value.retry_after
    assert "internal" not in failed.value.message


async def test_unknown_fields_of_a_newer_retrieve_are_ignored(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    neighbours.beyond = neighbours.told = {"language": "en"}
    for _ in range(2):
        assert (await retriever.retrieve(ASKED, Timings())).response.hits == two()
    assert len(neighbours.searches) == 1


async def test_a_malformed_response_of_retrieve_counts_as_a_failure(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    neighbours.beyond = {"title": None, "index": None}
    with pytest.raises(Unavailable, match="cannot be searched now"):
        await retriever.retrieve(ASKED, Timings())


async def test_a_malformed_revision_costs_a_search(retriever: Retriever, neighbours: Neighbours) -> None:
    await retriever.retrieve(ASKED, Timings())
    neighbours.told = {"revision": 2}
    assert (await retriever.retrieve(ASKED, Timings())).response.hits == two()
    assert len(neighbours.searches) == 2


async def test_a_revision_that_times_out_costs_a_search_and_opens_no_circuit_breaker(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    await retriever.retrieve(ASKED, Timings())
    neighbours.tells.clear()
    retriever.revision_timeout = 0.01
    for _ in range(9):
        assert (await retriever.retrieve(ASKED, Timings())).response.hits == two()
    assert len(neighbours.searches) == 10
    neighbours.tells.set()


async def test_an_error_of_retrieve_about_the_request_is_raised(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    neighbours.retrieve_status = 422
    with pytest.raises(FootnoteError, match="unwell"):
        await retriever.retrieve(ASKED, Timings())


async def test_a_repeated_question_is_searched_again_only_after_the_index_changed(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    for _ in range(3):
        timings = Timings()
        assert (await retriever.retrieve(ASKED, timings)).response.hits == two()
        assert "retrieve" in timings.finish()
    assert len(neighbours.searches) == len(neighbours.embedded) == 1
    neighbours.revision = "2"
    await retriever.retrieve(ASKED, Timings())
    assert len(neighbours.searches) == 2


async def test_a_response_without_embed_is_not_cached(
    retriever: Retriever, neighbours: Neighbours
) -> None:
    neighbours.embed_status = 503
    await retriever.retrieve(ASKED, Timings())
    neighbours.embed_status = 200
    assert not (await retriever.retrieve(ASKED, Timings())).notices
    assert [search["mode"] for search in neighbours.searches] == ["keyword", "hybrid"]
