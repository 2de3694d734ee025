"""An index that is adapted to the number of its chunks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from footnote.store import Generation, Store
from footnote.store.elasticsearch import ElasticsearchStore
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.schema import Names
from tests.contract.rigs import ElasticsearchRig, Rig
from tests.contract.samples import put, texts
from tests.contract.test_api_keys import with_key

BIRDS = ["The heron fishes.", "The otter swims.", "The owl sleeps by day."]
LARGE = len(BIRDS)


@pytest.fixture
async def of_few(rig: Rig, tmp_path: Path) -> AsyncIterator[Store]:
    """An operator's store, in which so few chunks are many."""
    if not isinstance(rig, ElasticsearchRig):
        pytest.skip("Only Elasticsearch has graphs.")
    settings = with_key(rig, "operator", tmp_path / "operator")
    store = ElasticsearchStore(Client(settings), Names(settings.index), large=LARGE)
    yield store
    await store.close()


async def test_optimizing_changes_no_result(store: Store, generation: Generation) -> None:
    await put(store, generation, "birds.txt", *BIRDS)
    before = await texts(store, "heron owl", "vector")
    assert await store.optimize() == []
    assert await texts(store, "heron owl", "vector") == before


async def test_an_index_that_became_large_gets_a_graph_once(
    rig: ElasticsearchRig, store: Store, of_few: Store, generation: Generation
) -> None:
    await put(store, generation, "birds.txt", *BIRDS[1:])
    assert await of_few.optimize() == []
    assert index_type(rig, generation) == "int8_flat"
    await put(store, generation, "heron.txt", BIRDS[0])
    assert await of_few.optimize() == [generation.name]
    assert index_type(rig, generation) == "int8_hnsw"
    assert await of_few.optimize() == []


async def test_documents_are_found_whether_they_were_there_before_the_graph_or_not(
    store: Store, of_few: Store, generation: Generation
) -> None:
    await put(store, generation, "birds.txt", *BIRDS)
    await of_few.optimize()
    await put(store, generation, "more.txt", "The newt basks.")
    assert (await texts(store, "heron fishes", "vector"))[0] == BIRDS[0]
    assert (await texts(store, "newt basks", "vector"))[0] == "The newt basks."


def index_type(rig: ElasticsearchRig, generation: Generation) -> str:
    mappings = rig.admin.indices.get(index=generation.name)[generation.name]["mappings"]
    return str(mappings["properties"]["vector"]["index_options"]["type"])
