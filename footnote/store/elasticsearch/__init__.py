"""The store for a cluster: Elasticsearch 8."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import replace

from footnote.contracts import DriftReport
from footnote.errors import Unavailable
from footnote.settings import Settings
from footnote.store import (
    Chunk,
    ChunkCounts,
    Generation,
    Leftover,
    Manifest,
    Query,
    Recipe,
    SearchResult,
    State,
)
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.client.batching import QueryBatcher
from footnote.store.elasticsearch.documents.chunks import Chunks
from footnote.store.elasticsearch.documents.ledger import Ledger
from footnote.store.elasticsearch.documents.manifests import Manifests
from footnote.store.elasticsearch.documents.serialization import filter_fields
from footnote.store.elasticsearch.documents.watermark import Watermark
from footnote.store.elasticsearch.indices.drift import DriftReports
from footnote.store.elasticsearch.indices.generations import Generations
from footnote.store.elasticsearch.indices.refresh import COOLDOWN, Refresher
from footnote.store.elasticsearch.indices.revision import Revision
from footnote.store.elasticsearch.indices.schema import Names
from footnote.store.elasticsearch.indices.vector_index import GRAPH_THRESHOLD, VectorIndex
from footnote.store.fusion import Fusion
from footnote.store.generations import check_complete, check_dimensions

MAX_READS = 10
"""Attempts to read a document's chunks before another version replaces them."""


class ElasticsearchStore:
    """Uses no index of the cluster but its own; see Names.

    A writer's key need not search chunks, a reader's key need not write. `manifests` and `leftovers`
    list what was committed and staged up to a second ago; everything else is read in real time.
    """

    def __init__(
        self,
        client: Client,
        names: Names,
        fusion: Fusion = "minmax",
        *,
        cooldown: float = COOLDOWN,
        graph_threshold: int = GRAPH_THRESHOLD,
    ) -> None:
        """`cooldown` is the pause of Batcher after a refresh and after a look at the generations. A
        generation with `graph_threshold` chunks or more gets an HNSW graph."""
        self._client = client
        self._names = names
        self._fusion: Fusion = fusion
        self._generations = Generations(client, names, cooldown)
        self._manifests = Manifests(client, names.manifests)
        self._watermark = Watermark(client, names.manifests)
        self._revision = Revision(client, names)
        self._ledger = Ledger(client, names.ledger)
        self._drift = DriftReports(client, names)
        self._chunks = Chunks(client)
        self._refresh = Refresher(client, cooldown)
        self._vectors = VectorIndex(client, graph_threshold)
        self._batcher = QueryBatcher(client)

    @classmethod
    def from_settings(cls, settings: Settings) -> ElasticsearchStore:
        return cls(Client(settings), Names(settings.index), settings.fusion)

    async def ensure_live(self, recipe: Recipe) -> Generation:
        return await self._generations.ensure_live(recipe)

    async def live(self) -> Generation | None:
        return next(iter(await self._generations.cached()), None)

    async def generations(self) -> tuple[Generation, ...]:
        return await self._generations.load()

    async def create_next(self, recipe: Recipe) -> Generation:
        return await self._generations.create_next(recipe)

    async def switch(self, generation: Generation) -> None:
        # Otherwise a switch back would return to the revision of before the first switch.
        await self._revision.invalidate()
        await self._generations.switch(generation)

    async def drop(self, generation: Generation) -> None:
        await self._generations.drop(generation)

    async def manifest(self, document: str) -> Manifest | None:
        return await self._manifests.get(document)

    def manifests(
        self, *, state: State | None = None, after: str = "", prefix: str = ""
    ) -> AsyncGenerator[Manifest, None]:
        return self._manifests.all(state, after, prefix)

    async def missing_from(self, generation: Generation) -> AsyncGenerator[Manifest, None]:
        await self._refresh([self._names.manifests])
        async for manifest in self.manifests():
            if manifest.missing_from([generation]):
                yield manifest

    async def chunk_counts(self, generation: Generation) -> ChunkCounts:
        return await self._chunks.counts(generation)

    async def stage(self, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation) -> None:
        check_dimensions(generation, chunks)
        if chunks:
            await self._generations.ensure_writable()
            await self._ledger.record(manifest, chunks, generation)
            await self._chunks.put(manifest, chunks, generation)

    async def commit(self, manifest: Manifest, optional: Collection[str] = ()) -> Manifest:
        await self._generations.ensure_writable()
        generations, _ = await asyncio.gather(self._generations.load(), self._show_staged(manifest))
        check_complete(manifest, generations, optional)
        indices = [each.name for each in generations if each.name in manifest.chunk_counts]
        if indices and not manifest.begins_version:
            committed = await self._commit_filter_fields(manifest, indices)
        else:
            committed = await self._manifests.put(manifest)
        removal = self._ledger.remove(manifest.id, manifest.supersedes)
        generations, _ = await asyncio.gather(self._generations.load(), removal)
        # A generation that was created or went live meanwhile may lack the document. The Conflict makes
        # the caller start over, and add it there.
        check_complete(manifest, generations, optional)
        return committed

    async def discard(self, manifest: Manifest) -> None:
        stored = await self.manifest(manifest.id)
        if stored and stored.supersedes(manifest.version):
            await self._ledger.remove(manifest.id, lambda version: version == manifest.version)

    async def leftovers(self) -> AsyncGenerator[Leftover, None]:
        async for entries in self._ledger.all():
            committed = await self._manifests.versions(list(entries))
            for document, entry in entries.items():
                if entry.versions() - {committed.get(document)}:
                    yield Leftover(entry.uri, entry.key)

    async def search(self, query: Query) -> SearchResult:
        from footnote.store.elasticsearch.search import Search

        search = Search(
            self._batcher, self._names, self._generations, self._watermark, self._fusion, query
        )
        return await search.run()

    async def revision(self) -> str | None:
        return await self._revision.read()

    async def optimize(self) -> list[str]:
        return [each.name for each in await self.generations() if await self._vectors.optimize(each)]

    async def save_drift_report(self, report: DriftReport) -> None:
        await self._generations.ensure_writable()
        await self._drift.put(report)

    async def drift_report(self) -> DriftReport | None:
        return await self._drift.last()

    async def chunks(self, document: str, groups: frozenset[str] | None) -> list[Chunk]:
        for _ in range(MAX_READS):
            manifest = await self.manifest(document)
            if manifest is None or not manifest.readable_by(groups):
                return []
            generations = [each.name for each in await self.generations()]
            index = next((name for name in generations if name in manifest.chunk_counts), None)
            chunks = await self._chunks.get(manifest, index) if index else []
            if chunks is not None:
                return chunks
        raise Unavailable(f"Document {document} is changing too fast to be read.")

    async def ping(self) -> None:
        await self._generations.load()

    async def close(self) -> None:
        await self._client.close()

    async def _show_staged(self, manifest: Manifest) -> None:
        """Make the chunks that were staged for this commit searchable."""
        if manifest.chunk_counts and manifest.begins_version:
            await self._refresh([*manifest.chunk_counts])

    async def _commit_filter_fields(self, manifest: Manifest, indices: Sequence[str]) -> Manifest:
        """Commit a manifest that keeps its version, and write its filter fields to the chunks.

        Until all chunks have them, the stored manifest has no etag: if this is interrupted, the object
        looks changed, and the commit is made again.
        """
        stored = await self.manifest(manifest.id)
        if stored and stored.etag and filter_fields(stored) == filter_fields(manifest):
            await self._refresh(indices)
            return await self._manifests.put(manifest)
        begun = await self._manifests.put(replace(manifest, etag=""))
        for index in indices:
            await self._chunks.update_filter_fields(manifest, index)
        await self._refresh(indices)
        return await self._manifests.put(replace(begun, etag=manifest.etag))
