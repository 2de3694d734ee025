"""How Elasticsearch finds the nearest vectors: a small index compares all, a large one follows a graph.

A graph costs Elasticsearch ten times as much work for each chunk, when it is written and again whenever
segments are merged, and finds nearly all of the nearest. So an index has none until it is large.
"""

from __future__ import annotations

from footnote.store import Generation
from footnote.store.elasticsearch import schema
from footnote.store.elasticsearch.client import Client

LARGE = 20_000
"""Chunks from which on it takes longer to compare all vectors than to follow a graph."""
SEGMENT = 1_000_000
"""Chunks, of some 3 kB each: Elasticsearch itself merges no segments to more than 5 GB."""


class VectorIndex:
    def __init__(self, client: Client, large: int = LARGE) -> None:
        self._client = client
        self._large = large

    async def optimize(self, generation: Generation) -> bool:
        """Build a graph if the generation has none and is large. Returns whether one is being built."""
        name = generation.name
        chunks = await self._count(name)
        if chunks < self._large or await self._has_graph(name):
            return False
        vector = schema.vector(generation.dimensions, schema.GRAPH)
        await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.put_mapping(
                index=name, properties={"vector": vector}
            )
        )
        # Only merged segments get the graph, and a search through one is the faster the fewer there are.
        segments = 1 + chunks // SEGMENT
        await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.forcemerge(
                index=name, max_num_segments=segments, wait_for_completion=False
            )
        )
        return True

    async def _count(self, index: str) -> int:
        answer = await self._client.administer(lambda elasticsearch: elasticsearch.count(index=index))
        return int(answer["count"])

    async def _has_graph(self, index: str) -> bool:
        answer = await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.get_field_mapping(index=index, fields="vector")
        )
        vector = answer[index]["mappings"]["vector"]["mapping"]["vector"]
        return bool(vector["index_options"]["type"] == schema.GRAPH["type"])
