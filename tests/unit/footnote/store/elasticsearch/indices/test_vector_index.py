"""What becomes of a graph by the state of the task that builds it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from footnote.store import Generation, Recipe
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.indices.vector_index import TASK, VectorIndex
from tests.unit.footnote.store.elasticsearch.server import Server

GENERATION = Generation("chunks", Recipe("model", 384, "wordpieces:250:50"))
PARAMETERS = {"model": "model", "dimensions": 384, "chunking": "wordpieces:250:50"}
BEGUN = {TASK: "node:1"}
RUNNING = {"completed": False, "task": {"id": 1}}
ABORTED = {"total": 2, "successful": 1, "failed": 1}
"""The shards of a merge during which one was moved to another node."""
MERGED = {"total": 2, "successful": 2, "failed": 0}


def responses(metadata: dict[str, Any], *task: tuple[int, Any]) -> list[tuple[int, Any]]:
    """To a request for the number of chunks, for the mapping, and for the task if there is one."""
    mapping = {"chunks": {"mappings": {"_meta": metadata}}}
    return [(200, {"count": 7}), (200, mapping), *task]


def completed(**outcome: Any) -> tuple[int, Any]:
    return 200, {"completed": True, "task": {"id": 1}, **outcome}


@pytest.mark.parametrize("task", [(200, RUNNING), completed(response={"_shards": MERGED})])
async def test_a_graph_is_not_built_again(server: Server, client: Client, task: tuple[int, Any]) -> None:
    server.responses = [*responses(PARAMETERS | BEGUN, task)]
    assert not await VectorIndex(client, graph_threshold=7).optimize(GENERATION)


@pytest.mark.parametrize(
    "task",
    [
        (404, {"error": {"reason": "isn't running and hasn't stored its results"}}),
        completed(response={"_shards": ABORTED}),
        completed(error={"type": "cluster_block_exception"}),
    ],
)
async def test_a_graph_is_built_again(server: Server, client: Client, task: tuple[int, Any]) -> None:
    begun = [(200, {}), (200, {"task": "node:2"}), (200, {})]
    server.responses = [*responses(PARAMETERS | BEGUN, task), *begun]
    assert await VectorIndex(client, graph_threshold=7).optimize(GENERATION)
    recorded = json.loads(server.requests[-1].body)
    assert recorded == {"_meta": {**PARAMETERS, TASK: "node:2"}}
