"""Chunks in Elasticsearch: written in bulk, read by their ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from footnote.store import Chunk, Generation, Manifest
from footnote.store.elasticsearch import documents
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.documents import ChunkId

PAGE = 200


class Chunks:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def put(self, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation) -> None:
        await self._client.bulk(
            {
                "_op_type": "index",
                "_index": generation.name,
                "_id": str(ChunkId(manifest.id, manifest.version, chunk.ordinal)),
                "_source": documents.chunk_source(manifest, chunk),
            }
            for chunk in chunks
        )

    async def repeat_attributes(self, manifest: Manifest, index: str) -> None:
        """Tell the committed chunks in a generation what they repeat of their manifest."""
        await self._client.bulk(
            {
                "_op_type": "update",
                "_index": index,
                "_id": str(chunk),
                "doc": documents.attributes(manifest),
            }
            for chunk in documents.chunk_ids(manifest, index)
        )

    async def refresh(self, indices: Sequence[str]) -> None:
        """Let searches see what was written."""
        await self._client(
            lambda elasticsearch: elasticsearch.indices.refresh(index=indices, ignore_unavailable=True)
        )

    async def of(self, manifest: Manifest, index: str) -> list[Chunk] | None:
        """In order; None when some are no longer there."""
        ids = [str(chunk) for chunk in documents.chunk_ids(manifest, index)]
        found: list[Chunk] = []
        for first in range(0, len(ids), PAGE):
            found += await self._read(index, ids[first : first + PAGE])
        return found if len(found) == len(ids) else None

    async def _read(self, index: str, ids: list[str]) -> list[Chunk]:
        answer: Any = await self._client(
            lambda elasticsearch: elasticsearch.mget(index=index, ids=ids, source_excludes="vector")
        )
        return [documents.chunk(doc["_source"]) for doc in answer["docs"] if doc.get("found")]
