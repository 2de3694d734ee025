"""Chunks in Elasticsearch: written in bulk, read by id, and deleted for good.

A write may arrive late, after its process was killed or gave up on it. So every write carries the
sequence of its commit as an external version, and cannot undo a later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from footnote import vectors
from footnote.errors import Conflict
from footnote.store import Chunk, ChunkCounts, Generation, Manifest
from footnote.store.elasticsearch.client import Client, existing
from footnote.store.elasticsearch.client.bulk import Action
from footnote.store.elasticsearch.client.transport import target
from footnote.store.elasticsearch.documents.serialization import (
    ChunkId,
    chunk_from_source,
    chunk_ids,
    chunk_to_source,
    filter_fields,
)
from footnote.store.elasticsearch.indices.schema import write_target

PAGE = 200
COUNTS_PAGE = 10_000
"""Documents of one aggregation; Elasticsearch allows 65,536 by default."""
DELETED = 1 << 62
"""External version of a deletion: higher than any sequence. Elasticsearch keeps it for `gc_deletes`."""


class Chunks:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def put(self, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation) -> None:
        """Write chunks of `manifest.version`. Raises Conflict if a later commit wrote or deleted one."""
        documents = [
            (
                str(ChunkId(manifest.id, manifest.version, chunk.ordinal)),
                chunk_to_source(manifest, chunk),
            )
            for chunk in chunks
        ]
        await self._write(manifest, generation.name, documents)

    async def update_filter_fields(self, manifest: Manifest, index: str) -> None:
        """Write the manifest's filter fields to its committed chunks in a generation.

        Raises Conflict if another writer replaced them.
        """
        fields = filter_fields(manifest)
        ids = [str(chunk) for chunk in chunk_ids(manifest, index)]
        for first in range(0, len(ids), PAGE):
            page = ids[first : first + PAGE]
            stored = await self._read(index, page)
            if len(stored) < len(page):
                raise Conflict(f"{manifest.uri} was replaced by another writer.")
            sources = (
                source | fields | {"vector": vectors.parse(source["vector"])} for source in stored
            )
            await self._write(manifest, index, zip(page, sources, strict=True))

    async def get(self, manifest: Manifest, index: str) -> list[Chunk] | None:
        """The committed chunks in order, without vectors; None if some no longer exist."""
        ids = [str(chunk) for chunk in chunk_ids(manifest, index)]
        found: list[Chunk] = []
        for first in range(0, len(ids), PAGE):
            page = ids[first : first + PAGE]
            found += map(chunk_from_source, await self._read(index, page, _source_excludes="vector"))
        return found if len(found) == len(ids) else None

    async def counts(self, generation: Generation) -> ChunkCounts:
        """The numbers of chunks. Raises Unavailable while a shard is: its chunks are not lost."""
        where = target(generation.name, "_search", allow_partial_search_results="false")
        sources = [{name: {"terms": {"field": name}}} for name in ("document", "version")]
        composite: dict[str, Any] = {"size": COUNTS_PAGE, "sources": sources}
        counts: dict[tuple[str, str], int] = {}
        while True:
            body = {"size": 0, "aggs": {"counts": {"composite": composite}}}
            page = (await self._client.request("POST", where, body))["aggregations"]["counts"]
            for bucket in page["buckets"]:
                counts[bucket["key"]["document"], bucket["key"]["version"]] = bucket["doc_count"]
            if "after_key" not in page:
                return counts
            composite["after"] = page["after_key"]

    async def _write(self, manifest: Manifest, index: str, documents: Iterable[tuple[str, Any]]) -> None:
        metadata = {
            "_op_type": "index",
            **write_target(index),
            **external_version(manifest.sequence),
        }
        await self._client.bulk({**metadata, "_id": id, "_source": source} for id, source in documents)

    async def _read(self, index: str, ids: list[str], **options: str) -> list[Any]:
        answer = await self._client.request("POST", target(index, "_mget", **options), {"ids": ids})
        return [doc["_source"] for doc in existing(answer["docs"])]


def delete_action(index: str, chunk: ChunkId) -> Action:
    metadata = {**write_target(index), **external_version(DELETED)}
    return {"_op_type": "delete", "_id": str(chunk), **metadata}


def external_version(sequence: int) -> Action:
    """Parameters of a bulk action that make it fail if one of a later sequence was carried out."""
    return {"version": sequence, "version_type": "external_gte"}
