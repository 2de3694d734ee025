"""Chunks in Elasticsearch: written in bulk, read by their ids, and removed for good.

A request may arrive late: its process was killed meanwhile, or gave up on it. So every write tells the
sequence of the commit it is for, and none undoes a later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from footnote import vectors
from footnote.errors import Conflict
from footnote.store import Chunk, Generation, Manifest
from footnote.store.elasticsearch import documents
from footnote.store.elasticsearch.bulk import Action
from footnote.store.elasticsearch.client import Client, there
from footnote.store.elasticsearch.documents import ChunkId
from footnote.store.elasticsearch.schema import within
from footnote.store.elasticsearch.wire import target

PAGE = 200
REMOVED = 1 << 62
"""In place of a sequence: no write comes after it. Elasticsearch remembers it for `gc_deletes`."""


def removal(index: str, chunk: ChunkId) -> Action:
    return {"_op_type": "delete", **within(index), "_id": str(chunk), **at(REMOVED)}


def at(sequence: int) -> Action:
    return {"version": sequence, "version_type": "external_gte"}


class Chunks:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def put(self, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation) -> None:
        await self._write(
            manifest,
            generation.name,
            (
                (
                    str(ChunkId(manifest.id, manifest.version, chunk.ordinal)),
                    documents.chunk_source(manifest, chunk),
                )
                for chunk in chunks
            ),
        )

    async def repeat_attributes(self, manifest: Manifest, index: str) -> None:
        """Tell the committed chunks in a generation what they repeat of their manifest."""
        attributes = documents.attributes(manifest)
        ids = [str(chunk) for chunk in documents.chunk_ids(manifest, index)]
        for first in range(0, len(ids), PAGE):
            page = ids[first : first + PAGE]
            found = await self._read(index, page)
            if len(found) < len(page):
                raise Conflict(f"{manifest.uri} was replaced by another writer meanwhile.")
            sources = (
                source | attributes | {"vector": vectors.parse(source["vector"])} for source in found
            )
            await self._write(manifest, index, zip(page, sources, strict=True))

    async def _write(self, manifest: Manifest, index: str, sources: Iterable[tuple[str, Any]]) -> None:
        """Raises Conflict where what is there is of a later commit."""
        about = {"_op_type": "index", **within(index), **at(manifest.sequence)}
        await self._client.bulk({**about, "_id": id, "_source": source} for id, source in sources)

    async def of(self, manifest: Manifest, index: str) -> list[Chunk] | None:
        """In order; None when some are no longer there."""
        ids = [str(chunk) for chunk in documents.chunk_ids(manifest, index)]
        found: list[Chunk] = []
        for first in range(0, len(ids), PAGE):
            page = ids[first : first + PAGE]
            found += map(documents.chunk, await self._read(index, page, _source_excludes="vector"))
        return found if len(found) == len(ids) else None

    async def _read(self, index: str, ids: list[str], **options: str) -> list[Any]:
        answer = await self._client("POST", target(index, "_mget", **options), {"ids": ids})
        return [doc["_source"] for doc in there(answer["docs"])]
