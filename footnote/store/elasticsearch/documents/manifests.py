"""Manifests in Elasticsearch: read in real time, written conditionally, listed as last refreshed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from typing import Any

from footnote.store import Manifest, State
from footnote.store.elasticsearch.client import PAGE, Client, existing
from footnote.store.elasticsearch.client.transport import target
from footnote.store.elasticsearch.documents.serialization import (
    if_unchanged,
    manifest_from_hit,
    manifest_to_source,
    revision_of,
)
from footnote.store.elasticsearch.indices.schema import write_target


class Manifests:
    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._index = index

    async def get(self, document: str) -> Manifest | None:
        found = await self._client.get(self._index, document)
        return manifest_from_hit(found) if found else None

    async def versions(self, documents: Sequence[str]) -> dict[str, str]:
        """The version committed now of each of the documents that have a manifest."""
        where = target(self._index, "_mget", _source_includes="version")
        answer = await self._client.request("POST", where, {"ids": documents})
        return {doc["_id"]: doc["_source"]["version"] for doc in existing(answer["docs"])}

    async def put(self, manifest: Manifest) -> Manifest:
        """Write the manifest if it is still at its revision; returns it with the new one.

        Raises Conflict.
        """
        action = {
            "_op_type": "index",
            **write_target(self._index),
            "_id": manifest.id,
            **if_unchanged(manifest.revision),
            "_source": manifest_to_source(manifest),
        }
        (written,) = await self._client.bulk([action])
        return replace(manifest, revision=revision_of(written))

    async def all(self, state: State | None, after: str, prefix: str) -> AsyncGenerator[Manifest, None]:
        filters: list[dict[str, Any]] = []
        if prefix:
            filters.append({"prefix": {"key": prefix}})
        if state:
            filters.append({"term": {"state": state}})
        while page := await self._page({"bool": {"filter": filters}}, after):
            for manifest in page:
                yield manifest
            after = page[-1].id

    async def _page(self, query: dict[str, Any], after: str) -> list[Manifest]:
        body = {"query": query, "sort": [{"id": "asc"}], "search_after": [after], "size": PAGE}
        return [manifest_from_hit(hit) for hit in await self._client.search_page(self._index, body)]
