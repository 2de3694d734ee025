from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from starlette.responses import JSONResponse, Response

from footnote.contracts import RetrieveRequest, RetrieveResponse
from footnote.settings import Settings
from footnote.store import Store
from footnote.store.sqlite import SqliteStore
from functions.retrieve.reranking import Reranker
from functions.retrieve.scoring import ROUTE
from functions.retrieve.search import Search
from tests.contract.samples import RECIPE, embed, put
from tests.endpoint import Answer, Endpoint, echoing, failing, serving
from tests.logs import Log

TEXTS = ["The heron fishes.", "The heron fishes, and waits.", "The heron waits and waits and waits."]


def longest_first(request: dict[str, Any]) -> Response:
    """Results by relevance, with negative scores as some models give them."""
    scores = [
        {"index": at, "relevance_score": len(text) - 100} for at, text in enumerate(request["documents"])
    ]
    return JSONResponse({"results": sorted(scores, key=lambda one: -one["relevance_score"])})


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = SqliteStore(tmp_path / "index.sqlite")
    generation = await store.ensure_live(RECIPE)
    for number, text in enumerate(TEXTS):
        await put(store, generation, f"{number}.txt", text)
    yield store
    await store.close()


async def vector(text: str, model: str) -> tuple[list[float], str]:
    return list(embed(text)), model


async def ask(store: Store, endpoint: Endpoint, *, top_k: int = 2, **given: Any) -> RetrieveResponse:
    settings = Settings(rerank_base_url=endpoint.url, rerank_model="m", **given.pop("settings", {}))
    search = Search(store, vector, Reranker.from_settings(settings))
    return await search(RetrieveRequest(query="heron fishes", top_k=top_k, **given))


def texts(response: RetrieveResponse) -> list[str]:
    return [hit.text for hit in response.hits]


def counted(done: str) -> float:
    return REGISTRY.get_sample_value("footnote_reranked_total", {"done": done}) or 0


async def test_passages_are_in_the_order_of_the_rerank_model(store: Store) -> None:
    async with serving(ROUTE, longest_first) as endpoint:
        response = await ask(store, endpoint)
    assert texts(response) == TEXTS[:0:-1]
    assert [hit.score for hit in response.hits] == [1.0, pytest.approx(0.58, abs=0.02)]
    assert response.revision is not None


async def test_the_rerank_model_gets_more_candidates_with_title_and_headings(store: Store) -> None:
    async with serving(ROUTE, longest_first) as endpoint:
        await ask(store, endpoint, top_k=1)
        await ask(store, endpoint, top_k=1, settings={"rerank_candidates": 2})
        await ask(store, endpoint, top_k=3, settings={"rerank_candidates": 2})
    assert [len(request["documents"]) for request in endpoint.requests] == [3, 2, 3]
    asked = endpoint.requests[0]
    assert (asked["model"], asked["query"], asked["top_n"]) == ("m", "heron fishes", 3)
    assert all(read.count("\n") == 1 for read in asked["documents"])
    assert {read.partition("\n")[2] for read in asked["documents"]} == set(TEXTS)


async def test_coverage_is_that_of_the_returned_passages(store: Store) -> None:
    async with serving(ROUTE, longest_first) as endpoint:
        assert (await ask(store, endpoint, top_k=1)).coverage < 1
        assert (await ask(store, endpoint, top_k=2)).coverage == 1


@pytest.mark.parametrize("mode", ["keyword", "vector"])
async def test_only_hybrid_searches_are_reranked(store: Store, mode: str) -> None:
    async with serving(ROUTE, longest_first) as endpoint:
        await ask(store, endpoint, mode=mode)
    assert endpoint.requests == []


async def test_the_rerank_model_is_not_called_without_passages(store: Store) -> None:
    async with serving(ROUTE, longest_first) as endpoint:
        response = await ask(store, endpoint, filter={"prefix": "nowhere"})
    assert (response.hits, endpoint.requests) == ([], [])


@pytest.mark.parametrize(
    "answer",
    [
        *map(failing, (400, 401, 429, 500)),
        lambda _: Response("<html>", media_type="text/html"),
        lambda _: JSONResponse({"results": [{"index": 0, "relevance_score": 1}]}),
        lambda _: JSONResponse({"results": [{"index": at} for at in range(3)]}),
        lambda _: Response(
            b'{"results": [%s]}'
            % b", ".join(b'{"index": %d, "relevance_score": NaN}' % at for at in range(3))
        ),
    ],
)
async def test_the_order_of_the_search_stays_and_is_not_cached_if_reranking_fails(
    store: Store, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    plain = await Search(store, vector)(RetrieveRequest(query="heron fishes", top_k=2))
    before = counted("no")
    async with serving(ROUTE, answer) as endpoint:
        response = await ask(store, endpoint)
    assert texts(response) == texts(plain)
    assert response.coverage == plain.coverage
    assert response.revision is None
    assert counted("no") == before + 1
    assert "passages were not reranked: The rerank endpoint" in caplog.text


async def test_a_failing_rerank_model_is_paused(store: Store) -> None:
    async with serving(ROUTE, failing(500)) as endpoint:
        settings = Settings(rerank_base_url=endpoint.url)
        search = Search(store, vector, Reranker.from_settings(settings))
        for _ in range(8):
            assert (await search(RetrieveRequest(query="heron"))).hits
    assert len(endpoint.requests) == 5


async def test_an_unreachable_rerank_model_is_no_error(store: Store) -> None:
    async with serving(ROUTE, longest_first) as endpoint:
        pass
    assert len((await ask(store, endpoint)).hits) == 2


async def test_the_rerank_key_is_a_secret_that_may_change(store: Store, tmp_path: Path) -> None:
    async with serving(ROUTE, longest_first) as endpoint:
        for key in ("first", "second"):
            (tmp_path / "rerank-key").write_text(f"{key}\n")
            await ask(store, endpoint, settings={"secrets": tmp_path})
    assert endpoint.keys == ["Bearer first", "Bearer second"]


async def test_question_and_passages_repeated_in_an_error_are_not_logged(store: Store, log: Log) -> None:
    async with serving(ROUTE, echoing(400)) as endpoint:
        await ask(store, endpoint)
    (line,) = log.lines()
    assert "extra_forbidden" in line["message"]
    assert not [word for word in ("heron", "fishes", "waits") if word in line["message"]]
