"""Which versions of a document have chunks, so that a writer who may not search can remove them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from footnote.store import Chunk, Generation, Manifest
from footnote.store.elasticsearch.client import Action, Client
from footnote.store.elasticsearch.documents import ChunkId, condition, revision

Staged = dict[str, dict[str, dict[str, int]]]
"""By index and version: where each batch begins, and where it ends."""


@dataclass(frozen=True, slots=True)
class Entry:
    staged: Staged
    revision: str


class Ledger:
    """An entry is written before the chunks it speaks of: it may name chunks that never came."""

    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._index = index

    async def record(self, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation) -> None:
        ordinals = [chunk.ordinal for chunk in chunks]
        batch = {str(min(ordinals)): max(ordinals) + 1}
        staged: Staged = {generation.name: {manifest.version: batch}}
        await self._client(
            lambda elasticsearch: elasticsearch.update(
                index=self._index,
                id=manifest.id,
                doc={"staged": staged},
                doc_as_upsert=True,
                retry_on_conflict=10,
            )
        )

    async def remove(self, document: str, unwanted: Callable[[str], bool]) -> None:
        """Remove the chunks of every `unwanted` version, then forget it."""
        entry = await self._read(document)
        if entry is None:
            return
        actions = list(_deletions(document, entry.staged, unwanted))
        if actions:
            await self._client.bulk(actions)
            await self._keep(document, entry, unwanted)

    async def _read(self, document: str) -> Entry | None:
        found = await self._client.find(
            lambda elasticsearch: elasticsearch.get(index=self._index, id=document)
        )
        return Entry(found["_source"]["staged"], revision(found)) if found else None

    async def _keep(self, document: str, entry: Entry, unwanted: Callable[[str], bool]) -> None:
        """Forget the unwanted, or leave that to a writer who changed the entry meanwhile."""
        staged = {
            index: {version: batches for version, batches in versions.items() if not unwanted(version)}
            for index, versions in entry.staged.items()
        }
        await self._client(
            lambda elasticsearch: elasticsearch.options(ignore_status=409).index(
                index=self._index,
                id=document,
                document={"staged": {index: kept for index, kept in staged.items() if kept}},
                **condition(entry.revision),
            )
        )


def _deletions(document: str, staged: Staged, unwanted: Callable[[str], bool]) -> Iterator[Action]:
    for index, versions in staged.items():
        for version, batches in versions.items():
            if unwanted(version):
                for ordinal in range(max(batches.values())):
                    yield _deletion(index, ChunkId(document, version, ordinal))


def _deletion(index: str, chunk: ChunkId) -> dict[str, Any]:
    return {"_op_type": "delete", "_index": index, "_id": str(chunk)}
