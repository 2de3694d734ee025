"""Vector index of a generation: exact search while it is small, an HNSW graph once it is large.

With a graph each chunk costs ten times as much work, when it is written and when segments are merged,
and a search finds only nearly all of the nearest vectors. So an index has none until it is large.
"""

from __future__ import annotations

from footnote.store import Generation
from footnote.store.elasticsearch import schema
from footnote.store.elasticsearch.client import Client

GRAPH_THRESHOLD = 20_000
"""Number of chunks from which a graph is faster than comparing all vectors."""
MAX_SEGMENT_CHUNKS = 1_000_000
"""Of some 3 kB each: by itself, Elasticsearch merges no segments to more than 5 GB."""


class VectorIndex:
    def __init__(self, client: Client, graph_threshold: int = GRAPH_THRESHOLD) -> None:
        self._client = client
        self._graph_threshold = graph_threshold

    async def optimize(self, generation: Generation) -> bool:
        """Start to build a graph if the generation is large and has none. Returns whether it did."""
        name = generation.name
        chunks = await self._count(name)
        if chunks < self._graph_threshold or await self._has_graph(name):
            return False
        vector = schema.vector(generation.dimensions, schema.GRAPH)
        await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.put_mapping(
                index=name, properties={"vector": vector}
            )
        )
        # Existing segments get a graph only when they are merged; a search is faster in fewer segments.
        segments = 1 + chunks // MAX_SEGMENT_CHUNKS
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
