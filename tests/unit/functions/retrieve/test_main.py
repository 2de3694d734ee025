"""A retrieve process, tested over HTTP."""

import asyncio
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from footnote.store import document_id
from footnote.store.sqlite import SqliteStore
from tests.contract.samples import MODEL, RECIPE, embed, put, uri
from tests.listening import listening
from tests.processes import Process


async def fill(state: Path) -> None:
    store = SqliteStore(state / "index.sqlite")
    generation = await store.ensure_live(RECIPE)
    await put(store, generation, "heron.txt", "The heron fishes.")
    await put(store, generation, "closed.txt", "The heron sues.", groups=("legal",))
    await store.close()


@pytest.fixture(scope="module")
def retrieve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("retrieve")
    asyncio.run(fill(folder / "state"))
    settings = {"state": folder / "state", "embed_url": "http://127.0.0.1:9"}
    with Process("retrieve", folder, settings) as process:
        yield process


def test_it_finds_passages(retrieve: Process) -> None:
    request = {"query": "heron", "vector": embed("heron"), "model": MODEL}
    answer = retrieve.post("/", request)
    assert answer.status == 200
    assert [hit["text"] for hit in answer.json["hits"]] == ["The heron fishes."]
    assert {"index", "coverage", "took_ms"} < answer.json.keys()


def test_the_response_has_the_revision_of_the_index(retrieve: Process) -> None:
    request = {"query": "heron", "mode": "keyword"}
    revision = retrieve.post("/", request).json["revision"]
    assert revision
    assert retrieve.get("/revision").json["revision"] == revision


@pytest.mark.parametrize(
    ("request_body", "problem"),
    [
        ({}, "query"),
        ({"query": ""}, "query"),
        ({"query": "x", "top_k": 0}, "top_k"),
        ({"query": "x", "mode": "magic"}, "mode"),
        ({"query": "x", "filter": {"colour": "red"}}, "filter.colour"),
        ({"query": "x", "groups": "legal"}, "groups"),
        ({"query": "x", "unknown": 1}, "unknown"),
        ({"query": "x", "vector": [1.0]}, "model"),
        ({"query": "x", "vector": ["a"], "model": MODEL}, "vector"),
        (b'{"query": "\\ud800"}', "body"),
        (b"no json", "body"),
    ],
)
def test_an_invalid_request_is_answered_with_the_reason(
    retrieve: Process, request_body: object, problem: str
) -> None:
    answer = retrieve.post("/", request_body)
    assert answer.status == 422
    assert problem in answer.json["error"]["message"]
    assert len(answer.body) <= 512


@pytest.mark.parametrize("mode", ["hybrid", "vector", "keyword"])
def test_a_blank_query_is_refused_in_every_mode(retrieve: Process, mode: str) -> None:
    answer = retrieve.post("/", {"query": " \n", "mode": mode})
    assert (answer.status, answer.json["error"]["message"]) == (422, "query: the text is blank.")


def test_a_query_is_retryable_while_embed_is_down(retrieve: Process) -> None:
    answer = retrieve.post("/", {"query": "heron"})
    assert answer.status == 503
    assert "retry-after" in answer.headers
    assert retrieve.post("/", {"query": "heron", "mode": "keyword"}).status == 200


def test_documents_are_listed_and_shown(retrieve: Process) -> None:
    listing = retrieve.get("/documents").json
    assert [document["key"] for document in listing["documents"]] == ["heron.txt"]
    assert len(retrieve.get("/documents?groups=legal&groups=x").json["documents"]) == 2
    document = retrieve.get(f"/documents/{document_id(uri('heron.txt'))}").json
    assert [passage["text"] for passage in document["passages"]] == ["The heron fishes."]
    closed = f"/documents/{document_id(uri('closed.txt'))}"
    assert retrieve.get(closed).status == 404
    assert retrieve.get(f"{closed}?groups=legal").status == 200
    assert retrieve.get("/documents?limit=0").status == 422


def test_retrieve_is_ready_when_the_store_is(retrieve: Process, tmp_path: Path) -> None:
    assert retrieve.get("/health").status == 200
    settings = {"store": "elasticsearch", "state": tmp_path}
    with (
        listening(HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)) as failing,
        Process("retrieve", tmp_path, settings | {"elasticsearch_url": failing}) as unready,
    ):
        assert unready.get("/health/liveness").status == 200
        assert unready.get("/health/readiness").status == 503
        assert unready.post("/", {"query": "heron"}).status == 503
