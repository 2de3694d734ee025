"""Manifests in Elasticsearch: read as of now, written on condition, listed as of a second ago."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from typing import Any

from footnote.store import Manifest, State
from footnote.store.elasticsearch import documents
from footnote.store.elasticsearch.client import PAGE, Client, there
from footnote.store.elasticsearch.schema import within
from footnote.store.elasticsearch.wire import target


class Manifests:
    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._index = index

    async def get(self, document: str) -> Manifest | None:
        found = await self._client.get(self._index, document)
        return documents.manifest(found) if found else None

    async def versions(self, documents: Sequence[str]) -> dict[str, str]:
        """Of those that have a manifest, the version that is committed now."""
        where = target(self._index, "_mget", _source_includes="version")
        answer = await self._client("POST", where, {"ids": documents})
        return {doc["_id"]: doc["_source"]["version"] for doc in there(answer["docs"])}

    async def put(self, manifest: Manifest) -> Manifest:
        """Write it if it is still at its revision; returns it at the new one. Raises Conflict."""
        about = {"_id": manifest.id, **documents.condition(manifest.revision)}
        source = documents.manifest_source(manifest)
        action = {"_op_type": "index", **within(self._index), **about, "_source": source}
        (written,) = await self._client.bulk([action])
        return replace(manifest, revision=documents.revision(written))

    async def all(self, state: State | None, after: str, prefix: str) -> AsyncGenerator[Manifest, None]:
        chosen: list[dict[str, Any]] = [{"prefix": {"key": prefix}}]
        if state:
            chosen.append({"term": {"state": state}})
        while page := await self._page({"bool": {"filter": chosen}}, after):
            for manifest in page:
                yield manifest
            after = page[-1].id

    async def _page(self, query: dict[str, Any], after: str) -> list[Manifest]:
        body = {"query": query, "sort": [{"id": "asc"}], "search_after": [after], "size": PAGE}
        found = await self._client.listed(self._index, body)
        return [documents.manifest(hit) for hit in found]
