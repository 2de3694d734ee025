"""The store for a cluster: Elasticsearch 8."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import replace

from footnote.contracts import DriftReport
from footnote.errors import Unavailable
from footnote.settings import Settings
from footnote.store import Chunk, Found, Generation, Leftover, Manifest, Query, State
from footnote.store.elasticsearch.asking import Asking
from footnote.store.elasticsearch.chunks import Chunks
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.documents import attributes
from footnote.store.elasticsearch.drift import DriftReports
from footnote.store.elasticsearch.generations import Generations
from footnote.store.elasticsearch.horizon import Horizon
from footnote.store.elasticsearch.ledger import Ledger
from footnote.store.elasticsearch.manifests import Manifests
from footnote.store.elasticsearch.refreshing import REST, Refreshing
from footnote.store.elasticsearch.revision import Revision
from footnote.store.elasticsearch.schema import Names
from footnote.store.fusion import Fusion
from footnote.store.generations import check_chunks, check_complete

ATTEMPTS = 10
"""Times a document is read anew because it was replaced meanwhile."""


class ElasticsearchStore:
    """Asks nothing of the cluster but its own indices; see Names.

    A writer's key need not search chunks, a reader's need not write. `manifests` lists what was
    committed until a second ago, and `leftovers` what was staged; everything else is of the moment.
    """

    def __init__(
        self, client: Client, names: Names, fusion: Fusion = "minmax", *, rest: float = REST
    ) -> None:
        """`rest`: how long the next refresh, or look at what is kept, is put off, as Batcher tells."""
        self._client = client
        self._names = names
        self._fusion: Fusion = fusion
        self._generations = Generations(client, names, rest)
        self._manifests = Manifests(client, names.manifests)
        self._horizon = Horizon(client, names.manifests)
        self._revision = Revision(client, names)
        self._ledger = Ledger(client, names.ledger)
        self._drift = DriftReports(client, names)
        self._chunks = Chunks(client)
        self._refresh = Refreshing(client, rest)
        self._asking = Asking(client)

    @classmethod
    def from_settings(cls, settings: Settings) -> ElasticsearchStore:
        return cls(Client(settings), Names(settings.index), settings.fusion)

    async def prepare(self, model: str, dimensions: int, chunking: str) -> Generation:
        return await self._generations.prepare(model, dimensions, chunking)

    async def live(self) -> Generation | None:
        return next(iter(await self._generations.kept()), None)

    async def generations(self) -> tuple[Generation, ...]:
        return await self._generations.load()

    async def begin(self, model: str, dimensions: int, chunking: str) -> Generation:
        return await self._generations.begin(model, dimensions, chunking)

    async def switch(self, generation: Generation) -> None:
        await self._revision.replace()  # or the way back would bring back the one of before
        await self._generations.switch(generation)

    async def drop(self, generation: Generation) -> None:
        await self._generations.drop(generation)

    async def manifest(self, document: str) -> Manifest | None:
        return await self._manifests.get(document)

    def manifests(
        self, *, state: State | None = None, after: str = "", prefix: str = ""
    ) -> AsyncGenerator[Manifest, None]:
        return self._manifests.all(state, after, prefix)

    async def lacking(self, generation: Generation) -> AsyncGenerator[Manifest, None]:
        await self._refresh([self._names.manifests])
        async for manifest in self.manifests():
            if manifest.missing([generation]):
                yield manifest

    async def stage(self, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation) -> None:
        check_chunks(generation, chunks)
        if chunks:
            await self._generations.make_ready()
            await self._ledger.record(manifest, chunks, generation)
            await self._chunks.put(manifest, chunks, generation)

    async def commit(self, manifest: Manifest, spare: Collection[str] = ()) -> Manifest:
        await self._generations.make_ready()
        kept, _ = await asyncio.gather(self._generations.load(), self._show_staged(manifest))
        check_complete(manifest, kept, spare)
        indices = [each.name for each in kept if each.name in manifest.held]
        if indices and not manifest.begins_version:
            committed = await self._commit_attributes(manifest, indices)
        else:
            committed = await self._manifests.put(manifest)
        removing = self._ledger.remove(manifest.id, manifest.supersedes)
        kept, _ = await asyncio.gather(self._generations.load(), removing)
        # One that began, or went live, in between may lack it; whoever committed it sees to that.
        check_complete(manifest, kept, spare)
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

    async def search(self, query: Query) -> Found:
        from footnote.store.elasticsearch.search import Search

        search = Search(self._asking, self._names, self._generations, self._horizon, self._fusion, query)
        return await search.run()

    async def revision(self) -> str | None:
        return await self._revision.read()

    async def report(self, drift: DriftReport) -> None:
        await self._generations.make_ready()
        await self._drift.put(drift)

    async def reported(self) -> DriftReport | None:
        return await self._drift.last()

    async def chunks(self, document: str, groups: frozenset[str] | None) -> list[Chunk]:
        for _ in range(ATTEMPTS):
            manifest = await self.manifest(document)
            if manifest is None or not manifest.readable(groups):
                return []
            holding = [each.name for each in await self.generations() if each.name in manifest.held]
            chunks = await self._chunks.of(manifest, holding[0]) if holding else []
            if chunks is not None:
                return chunks
        raise Unavailable(f"Document {document} is changing too fast to be read.")

    async def ping(self) -> None:
        await self._generations.load()

    async def close(self) -> None:
        await self._client.close()

    async def _show_staged(self, manifest: Manifest) -> None:
        """Let searches see the chunks that were staged for this commit."""
        if manifest.held and manifest.begins_version:
            await self._refresh([*manifest.held])

    async def _commit_attributes(self, manifest: Manifest, indices: Sequence[str]) -> Manifest:
        """Commit a manifest that keeps its version, and have chunks repeat what searches filter by.

        Until they do, the manifest has no etag: if this is interrupted, the object looks changed, and
        it is done again.
        """
        stored = await self.manifest(manifest.id)
        if stored and stored.etag and attributes(stored) == attributes(manifest):
            await self._refresh(indices)
            return await self._manifests.put(manifest)
        begun = await self._manifests.put(replace(manifest, etag=""))
        for index in indices:
            await self._chunks.repeat_attributes(manifest, index)
        await self._refresh(indices)
        return await self._manifests.put(replace(begun, etag=manifest.etag))
