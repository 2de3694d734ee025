"""Which versions of a document have chunks, so that a writer who may not search can remove them."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from footnote.errors import Conflict
from footnote.store import Chunk, Generation, Manifest
from footnote.store.elasticsearch.bulk import Action
from footnote.store.elasticsearch.chunks import removal
from footnote.store.elasticsearch.client import PAGE, Client
from footnote.store.elasticsearch.documents import ChunkId, condition, revision
from footnote.store.elasticsearch.schema import within

Staged = dict[str, dict[str, dict[str, int]]]
"""By index and version: where each batch begins, and where it ends."""


@dataclass(frozen=True, slots=True)
class Entry:
    uri: str
    key: str
    staged: Staged
    revision: str

    @classmethod
    def found(cls, found: Mapping[str, Any]) -> Entry:
        source = found["_source"]
        return cls(source["uri"], source["key"], source["staged"], revision(found))

    def versions(self) -> set[str]:
        return {version for versions in self.staged.values() for version in versions}

    def without(self, unwanted: Callable[[str], bool]) -> Staged:
        wanted = {
            index: {version: batches for version, batches in versions.items() if not unwanted(version)}
            for index, versions in self.staged.items()
        }
        return {index: versions for index, versions in wanted.items() if versions}


class Ledger:
    """An entry is written before the chunks it speaks of: it may name chunks that never came."""

    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._index = index

    async def record(self, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation) -> None:
        ordinals = [chunk.ordinal for chunk in chunks]
        batch = {str(min(ordinals)): max(ordinals) + 1}
        staged: Staged = {generation.name: {manifest.version: batch}}
        about = {"document": manifest.id, "uri": manifest.uri, "key": manifest.key}
        body = {"doc": {**about, "staged": staged}, "doc_as_upsert": True}
        await self._client.bulk([self._action("update", manifest.id, body, retry_on_conflict=10)])

    async def remove(self, document: str, unwanted: Callable[[str], bool]) -> None:
        """Remove the chunks of every `unwanted` version, then forget it."""
        entry = await self._read(document)
        if entry is None or not any(map(unwanted, entry.versions())):
            return
        await self._client.bulk(_deletions(document, entry.staged, unwanted))
        await self._keep(document, entry, entry.without(unwanted))

    async def all(self) -> AsyncGenerator[dict[str, Entry], None]:
        """The entries by document, in pages."""
        after = ""
        while page := await self._page(after):
            yield page
            after = max(page)

    async def _page(self, after: str) -> dict[str, Entry]:
        body = {"sort": [{"document": "asc"}], "search_after": [after], "size": PAGE}
        found = await self._client.listed(self._index, body)
        return {hit["_id"]: Entry.found(hit) for hit in found}

    async def _read(self, document: str) -> Entry | None:
        found = await self._client.get(self._index, document)
        return Entry.found(found) if found else None

    async def _keep(self, document: str, entry: Entry, staged: Staged) -> None:
        """Forget all but `staged`, or leave that to a writer who changed the entry meanwhile."""
        kept = {"document": document, "uri": entry.uri, "key": entry.key, "staged": staged}
        verb, source = ("index", kept) if staged else ("delete", None)
        with suppress(Conflict):
            await self._client.bulk([self._action(verb, document, source, **condition(entry.revision))])

    def _action(self, verb: str, document: str, source: Any = None, **how: str | int) -> Action:
        action = {"_op_type": verb, **within(self._index), "_id": document, **how}
        return {**action, "_source": source} if source else action


def _deletions(document: str, staged: Staged, unwanted: Callable[[str], bool]) -> Iterator[Action]:
    for index, versions in staged.items():
        for version, batches in versions.items():
            if unwanted(version):
                for ordinal in range(max(batches.values())):
                    yield removal(index, ChunkId(document, version, ordinal))
