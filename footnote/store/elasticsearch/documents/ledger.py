"""Ledger of the versions of each document that have chunks.

A writer's key may not search, so a writer finds the chunks to remove here.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from footnote.errors import Conflict
from footnote.store import Chunk, Generation, Manifest
from footnote.store.elasticsearch.client import PAGE, Client
from footnote.store.elasticsearch.client.bulk import Action
from footnote.store.elasticsearch.documents.chunks import delete_action
from footnote.store.elasticsearch.documents.serialization import ChunkId, if_unchanged, revision_of
from footnote.store.elasticsearch.indices.schema import write_target

Batches = dict[str, int]
"""The end of each staged batch by its beginning, as ordinals."""
Staged = dict[str, dict[str, Batches]]
"""Staged batches by index and version."""


@dataclass(frozen=True, slots=True)
class Entry:
    uri: str
    key: str
    staged: Staged
    revision: str

    @classmethod
    def from_hit(cls, hit: Mapping[str, Any]) -> Entry:
        source = hit["_source"]
        return cls(source["uri"], source["key"], source["staged"], revision_of(hit))

    def versions(self) -> set[str]:
        return {version for versions in self.staged.values() for version in versions}

    def without(self, is_obsolete: Callable[[str], bool]) -> Staged:
        remaining = {
            index: {version: it for version, it in versions.items() if not is_obsolete(version)}
            for index, versions in self.staged.items()
        }
        return {index: versions for index, versions in remaining.items() if versions}


class Ledger:
    """An entry is written before the chunks it names, so it may name chunks that were never written."""

    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._index = index

    async def record(self, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation) -> None:
        """Add a batch of chunks, right before it is written.

        A later commit removes the entry and the chunks. If they were written more than `gc_deletes`
        after that, nothing would ever remove them.
        """
        ordinals = [chunk.ordinal for chunk in chunks]
        batch = {str(min(ordinals)): max(ordinals) + 1}
        staged: Staged = {generation.name: {manifest.version: batch}}
        entry = {"document": manifest.id, "uri": manifest.uri, "key": manifest.key, "staged": staged}
        body = {"doc": entry, "doc_as_upsert": True}
        await self._client.bulk([self._action("update", manifest.id, body, retry_on_conflict=10)])

    async def remove(self, document: str, is_obsolete: Callable[[str], bool]) -> None:
        """Delete the chunks of every obsolete version, then the versions' records."""
        found = await self._client.get(self._index, document)
        entry = Entry.from_hit(found) if found else None
        if entry is None or not any(map(is_obsolete, entry.versions())):
            return
        await self._client.bulk(_deletions(document, entry.staged, is_obsolete))
        await self._replace(document, entry, entry.without(is_obsolete))

    async def all(self) -> AsyncGenerator[dict[str, Entry], None]:
        """The entries by document, in pages."""
        after = ""
        while page := await self._page(after):
            yield page
            after = max(page)

    async def _page(self, after: str) -> dict[str, Entry]:
        body = {"sort": [{"document": "asc"}], "search_after": [after], "size": PAGE}
        hits = await self._client.search_page(self._index, body)
        return {hit["_id"]: Entry.from_hit(hit) for hit in hits}

    async def _replace(self, document: str, entry: Entry, staged: Staged) -> None:
        """Reduce the entry to `staged`. A writer who changed it meanwhile will do so instead."""
        source = {"document": document, "uri": entry.uri, "key": entry.key, "staged": staged}
        condition = if_unchanged(entry.revision)
        if staged:
            action = self._action("index", document, source, **condition)
        else:
            action = self._action("delete", document, **condition)
        with suppress(Conflict):
            await self._client.bulk([action])

    def _action(
        self, operation: str, document: str, source: Any = None, **parameters: str | int
    ) -> Action:
        target = write_target(self._index)
        action = {"_op_type": operation, **target, "_id": document, **parameters}
        return {**action, "_source": source} if source else action


def _deletions(document: str, staged: Staged, is_obsolete: Callable[[str], bool]) -> Iterator[Action]:
    for index, versions in staged.items():
        for version, batches in versions.items():
            if is_obsolete(version):
                for ordinal in range(max(batches.values())):
                    yield delete_action(index, ChunkId(document, version, ordinal))
