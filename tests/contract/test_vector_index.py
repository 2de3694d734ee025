"""Optimization of the vector index by the number of chunks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from footnote.store import Generation, Store
from footnote.store.elasticsearch import ElasticsearchStore
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.indices.schema import Names
from footnote.store.elasticsearch.indices.vector_index import TASK
from tests.contract.rigs import ElasticsearchRig
from tests.contract.samples import put, texts
from tests.contract.test_api_keys import with_key

BIRDS = ["The heron fishes.", "The otter swims.", "The owl sleeps by day."]
THRESHOLD = len(BIRDS)

only_elasticsearch = pytest.mark.parametrize("rig", ["elasticsearch"], indirect=True)


@pytest.fixture
async def operator(rig: ElasticsearchRig, tmp_path: Path) -> AsyncIterator[Store]:
    """A store with the key of an operator, and a low threshold for graphs."""
    settings = with_key(rig, "operator", tmp_path / "operator")
    store = ElasticsearchStore(Client(settings), Names(settings.index), graph_threshold=THRESHOLD)
    yield store
    await store.close()


async def test_optimizing_a_small_index_changes_nothing(store: Store, generation: Generation) -> None:
    await put(store, generation, "birds.txt", *BIRDS)
    before = await texts(store, "heron owl", "vector")
    assert await store.optimize() == []
    assert await texts(store, "heron owl", "vector") == before


@only_elasticsearch
async def test_an_index_that_reaches_the_threshold_gets_a_graph_once(
    rig: ElasticsearchRig, store: Store, operator: Store, generation: Generation
) -> None:
    await put(store, generation, "birds.txt", *BIRDS[1:])
    assert await operator.optimize() == []
    assert index_type(rig, generation) == "int8_flat"
    await put(store, generation, "heron.txt", BIRDS[0])
    assert await operator.optimize() == [generation.name]
    assert index_type(rig, generation) == "int8_hnsw"
    assert await operator.optimize() == []
    assert shards_of(rig, task(rig, generation)) > 0
    assert await operator.optimize() == []


@only_elasticsearch
async def test_a_graph_whose_task_was_lost_with_its_node_is_built_again(
    rig: ElasticsearchRig, store: Store, operator: Store, generation: Generation
) -> None:
    await put(store, generation, "birds.txt", *BIRDS)
    await operator.optimize()
    lost = mappings(rig, generation)["_meta"] | {TASK: "the-lost-node:7"}
    rig.admin.indices.put_mapping(index=generation.name, meta=lost)
    assert await operator.optimize() == [generation.name]
    assert shards_of(rig, task(rig, generation)) > 0
    assert await operator.optimize() == []
    assert await operator.live() == generation


@only_elasticsearch
async def test_documents_from_before_and_after_the_graph_are_found(
    store: Store, operator: Store, generation: Generation
) -> None:
    await put(store, generation, "birds.txt", *BIRDS)
    await operator.optimize()
    await put(store, generation, "more.txt", "The newt basks.")
    assert (await texts(store, "heron fishes", "vector"))[0] == BIRDS[0]
    assert (await texts(store, "newt basks", "vector"))[0] == "The newt basks."


def index_type(rig: ElasticsearchRig, generation: Generation) -> str:
    return str(mappings(rig, generation)["properties"]["vector"]["index_options"]["type"])


def task(rig: ElasticsearchRig, generation: Generation) -> str:
    """The task that builds the graph."""
    return str(mappings(rig, generation)["_meta"][TASK])


def mappings(rig: ElasticsearchRig, generation: Generation) -> Any:
    return rig.admin.indices.get(index=generation.name)[generation.name]["mappings"]


def shards_of(rig: ElasticsearchRig, task: str) -> int:
    """The number of shards that the task merged; waits for its end."""
    where, headers = f"/_tasks/{task}?wait_for_completion=true", {"accept": "application/json"}
    ended = rig.admin.perform_request("GET", where, headers=headers).body
    return int(ended["response"]["_shards"]["successful"])
