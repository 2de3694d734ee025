"""Writes one version of a document: parse, chunk, embed, stage, commit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from footnote.bucket import ObjectInfo
from footnote.errors import Conflict
from footnote.store import Generation, Manifest, Store
from functions.ingest import metrics
from functions.ingest.downloads import Content
from functions.ingest.parsing import Parser
from functions.ingest.staging import Staging


class Indexer:
    """Each method returns the committed manifest.

    `generations` are all those of the store, the live one first. Where a method raises Conflict, it has
    discarded what it staged.
    """

    def __init__(self, store: Store, parser: Parser, staging: Staging) -> None:
        self._store = store
        self._parser = parser
        self._staging = staging

    async def index(
        self,
        manifest: Manifest,
        info: ObjectInfo,
        content: Content,
        generations: Sequence[Generation],
    ) -> Manifest:
        """Index new content in every generation. Raises Unreadable, Conflict and Unavailable."""
        async with self._discarding(manifest):
            if info.size:
                manifest = await self._stage(manifest, info, content, generations)
            else:
                manifest = replace(manifest, title=Path(info.key).stem, reason="It is empty.")
            return await self.commit(manifest, generations)

    async def extend(
        self, manifest: Manifest, generations: Sequence[Generation], optional: Collection[str]
    ) -> Manifest:
        """Add a version that is committed already to the generations that lack it.

        The text comes from the index. Generations named in `optional` may stay without the document.
        Raises as `index` does.
        """
        missing = manifest.missing_from(generations)
        if not missing:
            return await self.commit(manifest, generations)
        chunks = await self._store.chunks(manifest.id, None)
        if not chunks:
            raise Conflict(f"{manifest.uri} changed while it was read from the index.")
        chunkings = {each.recipe.chunking for each in missing}
        async with (
            self._discarding(manifest),
            self._parser.rechunk(manifest, chunks, chunkings) as parsed,
        ):
            added = await self._staging.stage(manifest, parsed.pieces, missing, optional)
            counts = _in_order({**manifest.chunk_counts, **added}, generations)
            return await self.commit(replace(manifest, chunk_counts=counts), generations)

    async def commit(self, manifest: Manifest, generations: Sequence[Generation] = ()) -> Manifest:
        with metrics.stage("commit"):
            return await self._store.commit(manifest, not_live(generations))

    async def _stage(
        self,
        manifest: Manifest,
        info: ObjectInfo,
        content: Content,
        generations: Sequence[Generation],
    ) -> Manifest:
        """The manifest with what the parser found and the number of chunks that are staged."""
        chunkings = {each.recipe.chunking for each in generations} or {self._staging.chunking}
        with metrics.stage("parse"):
            parsed = await self._parser.parse(content.path, info.key, info.content_type, chunkings)
        manifest = replace(manifest, title=parsed.title, content_type=parsed.content_type)
        generations = generations or [await self._staging.first_generation()]
        optional = not_live(generations)
        counts = await self._staging.stage(manifest, parsed.pieces, generations, optional)
        return replace(manifest, chunk_counts=counts)

    @asynccontextmanager
    async def _discarding(self, manifest: Manifest) -> AsyncIterator[None]:
        """On Conflict, discard the chunks that were staged for the manifest's version.

        The store keeps them as long as another writer may commit that version, so the Conflict names
        the version, which the caller has to sweep later.
        """
        try:
            yield
        except Conflict as conflict:
            await self._store.discard(manifest)
            conflict.staged = manifest.version
            raise


def not_live(generations: Sequence[Generation]) -> Collection[str]:
    """The names of all generations but the live one."""
    return [each.name for each in generations[1:]]


def _in_order(counts: Mapping[str, int], generations: Sequence[Generation]) -> dict[str, int]:
    return {each.name: counts[each.name] for each in generations if each.name in counts}
