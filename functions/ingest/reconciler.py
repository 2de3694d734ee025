"""Makes the index agree with what the bucket holds for a key now, whatever happened to it before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal
from weakref import WeakValueDictionary

from footnote.bucket import Bucket, ObjectInfo
from footnote.errors import Conflict, Unavailable, Unreadable
from footnote.settings import Settings
from footnote.store import Chunk, Manifest, Store, open_store
from footnote.store.generations import check_identity
from functions.ingest import manifests, metrics
from functions.ingest.chunking import Chunking, Piece
from functions.ingest.download import Content, download
from functions.ingest.embedding import Embed, embed_at
from functions.ingest.parsing import Parsed, Parser
from functions.ingest.worker import Worker

ATTEMPTS = 5
"""Times a key is looked at again because another writer, or the object, was faster."""
AT_ONCE = 4
"""Keys that one process works on at a time."""

Parse = Callable[[Path, str, str], Awaitable[Parsed]]
"""A file, the key of its object and the declared type, to its pieces. Raises Unreadable."""


@dataclass(frozen=True, slots=True)
class Outcome:
    key: str
    state: Literal["indexed", "deleted", "unchanged", "failed"]
    """What this convergence did; `unchanged` when there was no content to read or remove."""
    manifest: Manifest
    """Of the document as it is now."""


class Reconciler:
    """Level-triggered: duplicate, late and reordered calls converge, and any step may be the last."""

    def __init__(
        self,
        bucket: Bucket,
        store: Store,
        parse: Parse,
        embed: Embed,
        chunking: str,
        *,
        batch: int,
        object_limit: int,
    ) -> None:
        self.bucket = bucket
        self.store = store
        self._parse = parse
        self._embed = embed
        self._chunking = chunking
        self._batch = batch
        self._object_limit = object_limit
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    def from_settings(cls, settings: Settings, worker: Worker) -> Reconciler:
        chunking = Chunking(settings.chunk_size, settings.chunk_overlap, settings.chunk_unit)
        parser = Parser(
            chunking,
            [worker],
            seconds=settings.parse_timeout,
            memory=settings.parse_memory,
            limit=settings.text_limit,
        )
        return cls(
            Bucket.from_settings(settings),
            open_store(settings),
            parser.parse,
            embed_at(settings.embed_url),
            str(chunking),
            batch=settings.embedding_batch,
            object_limit=settings.object_limit,
        )

    async def converge(self, key: str, *, sweep: bool = False) -> Outcome:
        """Make the index agree, and with `sweep` remove what writers of this key that died left in it.

        Raises Unavailable when a dependency is down, and Conflict when others were always faster.
        """
        async with self._turns.setdefault(key, asyncio.Lock()), self._slots:
            outcome = await self._persistently(key)
            if sweep:
                await self._sweep(outcome.manifest)
            return outcome

    async def _persistently(self, key: str) -> Outcome:
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._attempt(key)
            except Conflict:
                continue
        return await self._attempt(key)

    async def _sweep(self, manifest: Manifest) -> None:
        """Commits it anew: so a writer who is at work after all begins anew, and is not robbed."""
        with suppress(Conflict):  # whoever was faster swept
            await self._commit(manifests.again(manifest))

    async def _attempt(self, key: str) -> Outcome:
        uri = self.bucket.uri_of(key)
        # Before the object: so a manifest never describes an older object than the one it replaces.
        found = manifests.unknown(uri, key)
        before = await self.store.manifest(found.id) or found
        try:
            info = await self.bucket.head(key)
        except Unreadable as error:
            groups = self.bucket.rules.of(key)
            return await self._fail(before, manifests.unusable(before, groups, error.message))
        if info is None:
            return await self._remove(before)
        if await self._is_current(before, info):
            return Outcome(key, "unchanged", before)
        return await self._replace(before, info)

    async def _is_current(self, before: Manifest, info: ObjectInfo) -> bool:
        alike = (before.state, before.etag, before.groups) == ("indexed", info.etag, info.groups)
        return alike and await self._is_searched(before)

    async def _is_searched(self, before: Manifest) -> bool:
        if not before.chunks:
            return True
        live = await self.store.live()
        return live is not None and live.name in before.held

    async def _remove(self, before: Manifest) -> Outcome:
        if before.state == "deleted":
            return Outcome(before.key, "unchanged", before)
        return Outcome(before.key, "deleted", await self._commit(manifests.deleted(before)))

    async def _replace(self, before: Manifest, info: ObjectInfo) -> Outcome:
        found = manifests.described(before, info)
        digest = ""
        try:
            async with download(self.bucket, info, self._object_limit) as content:
                digest = content.digest
                if (
                    before.state == "indexed"
                    and before.digest == digest
                    and await self._is_searched(before)
                ):
                    return Outcome(before.key, "unchanged", await self._commit(found))
                return await self._index(manifests.indexed(found, digest), info, content)
        except Unreadable as error:
            return await self._fail(before, manifests.failed(found, digest, error.message))

    async def _fail(self, before: Manifest, failed: Manifest) -> Outcome:
        if manifests.same(before, failed):
            return Outcome(before.key, "failed", before)
        return Outcome(before.key, "failed", await self._commit(failed))

    async def _index(self, found: Manifest, info: ObjectInfo, content: Content) -> Outcome:
        if info.size:
            with metrics.stage("parse"):
                parsed = await self._parse(content.path, info.key, info.content_type)
            found = replace(found, title=parsed.title, content_type=parsed.content_type)
            found = await self._stage(found, parsed.pieces)
        else:
            found = replace(found, title=Path(info.key).stem, reason="It is empty.")
        try:
            return Outcome(info.key, "indexed", await self._commit(found))
        except Conflict:
            await self.store.discard(found)
            raise

    async def _commit(self, manifest: Manifest) -> Manifest:
        with metrics.stage("commit"):
            return await self.store.commit(manifest)

    async def _stage(self, found: Manifest, pieces: Iterator[Piece]) -> Manifest:
        generation = None
        chunks = 0
        while batch := list(islice(pieces, self._batch)):
            with metrics.stage("embed", {"footnote.chunks": len(batch)}):
                embedded = await self._embed([f"{piece.context}\n{piece.text}" for piece in batch])
            if generation is None:
                dimensions = len(embedded.vectors[0])
                generation = await self.store.prepare(embedded.model, dimensions, self._chunking)
                check_identity(generation, embedded.model, dimensions, self._chunking)
            if embedded.model != generation.model:
                raise Unavailable("embed changed its model in the middle of a document.")
            staged = [_chunk(*pair) for pair in zip(batch, embedded.vectors, strict=True)]
            with metrics.stage("stage"):
                await self.store.stage(found, staged, generation)
            metrics.CHUNKS.inc(len(staged))
            chunks += len(batch)
        return replace(found, held={generation.name: chunks} if generation else {})


def _chunk(piece: Piece, vector: Sequence[float]) -> Chunk:
    return Chunk(
        ordinal=piece.ordinal,
        text=piece.text,
        context=piece.context,
        headings=piece.headings,
        page=piece.page,
        start=piece.start,
        end=piece.end,
        vector=vector,
    )
