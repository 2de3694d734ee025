"""Vector index of a generation: exact search while it is small, an HNSW graph once it is large.

With a graph each chunk costs ten times as much work, when it is written and when segments are merged,
and a search finds only nearly all of the nearest vectors. So an index has none until it is large.
"""

from __future__ import annotations

from typing import Any

from footnote.store import Generation
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.client.transport import target
from footnote.store.elasticsearch.indices import schema

GRAPH_THRESHOLD = 20_000
"""Number of chunks from which a graph is faster than comparing all vectors."""
MAX_SEGMENT_CHUNKS = 1_000_000
"""Of some 3 kB each: by itself, Elasticsearch merges no segments to more than 5 GB."""
TASK = "graph_task"
"""Key in an index's metadata: the task of Elasticsearch that builds the graph, or has built it."""


class VectorIndex:
    def __init__(self, client: Client, graph_threshold: int = GRAPH_THRESHOLD) -> None:
        self._client = client
        self._graph_threshold = graph_threshold

    async def optimize(self, generation: Generation) -> bool:
        """Start to build a graph if the generation is large and has none, or if that failed before.

        Returns whether it did.
        """
        name = generation.name
        chunks = await self._count(name)
        if chunks < self._graph_threshold:
            return False
        metadata = await self._metadata(name)
        if TASK in metadata and await self._succeeds(metadata[TASK]):
            return False
        vector = schema.vector(generation.recipe.dimensions, schema.GRAPH)
        await self._put_mapping(name, properties={"vector": vector})
        task = await self._merge(name, 1 + chunks // MAX_SEGMENT_CHUNKS)
        await self._put_mapping(name, meta={**metadata, TASK: task})
        return True

    async def _count(self, index: str) -> int:
        answer = await self._client.administer(lambda elasticsearch: elasticsearch.count(index=index))
        return int(answer["count"])

    async def _metadata(self, index: str) -> dict[str, Any]:
        answer = await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.get_mapping(index=index)
        )
        return dict(answer[index]["mappings"]["_meta"])

    async def _succeeds(self, task: str) -> bool:
        """Whether it is running or succeeded. A task is forgotten when its node is lost meanwhile."""
        found = await self._client.request("GET", target("_tasks", task), accepted=(404,))
        if "task" not in found:
            return False
        return not found["completed"] or found.get("response", {}).get("_shards", {}).get("failed") == 0

    async def _put_mapping(self, index: str, **changes: Any) -> None:
        await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.put_mapping(index=index, **changes)
        )

    async def _merge(self, index: str, segments: int) -> str:
        """Start to merge the index, and return the task that does it.

        Existing segments get a graph only when they are merged; a search is faster in fewer segments.
        """
        answer = await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.forcemerge(
                index=index, max_num_segments=segments, wait_for_completion=False
            )
        )
        return str(answer["task"])
