"""Makes the index agree with what the bucket holds for a key now, whatever happened to it before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from footnote.bucket import Bucket, ObjectInfo
from footnote.errors import Conflict, InvalidRequest, Unreadable, UnusableKey
from footnote.settings import Settings
from footnote.store import Generation, Manifest, Store, document_id, open_store
from footnote.text.chunking import Chunking
from functions.ingest import manifests, metrics
from functions.ingest.admission import Admission
from functions.ingest.downloads import Content, Downloads
from functions.ingest.embedding import embed_at, together
from functions.ingest.parsers.formats import retyped
from functions.ingest.parsing import Parser
from functions.ingest.staging import Staging
from functions.ingest.workers.pool import WorkerPool
from functions.ingest.workers.worker import Worker

ATTEMPTS = 5
"""Times a key is looked at again because another writer, or the object, was faster."""

Kept = Sequence[Generation]
"""The generations that are kept, the live one first."""


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
        parser: Parser,
        staging: Staging,
        *,
        object_limit: int,
    ) -> None:
        self.bucket = bucket
        self.store = store
        self._parser = parser
        self._staging = staging
        self._downloads = Downloads(bucket, object_limit)
        self._admission = Admission()

    @classmethod
    def from_settings(cls, settings: Settings, worker: Worker) -> Reconciler:
        parser = WorkerPool(
            [worker],
            seconds=settings.parse_timeout,
            memory=settings.parse_memory,
            limit=settings.text_limit,
        )
        store = open_store(settings)
        staging = Staging(
            store,
            together(embed_at(settings.embed_url)),
            str(Chunking.from_settings(settings)),
            settings.embedding_batch,
        )
        bucket = Bucket.from_settings(settings)
        return cls(bucket, store, parser, staging, object_limit=settings.object_limit)

    async def converge(self, key: str, *, sweep: bool = False, whole: bool = False) -> Outcome:
        """Make the index agree, and with `sweep` remove what writers of this key that died left in it.

        Every generation that may be live next gets the document, unless its model refuses the text. With
        `whole` one that was replaced gets it as well where it lacks it, and Unreadable is raised where
        a model refuses the text of an object that did not change.

        Raises Unavailable when a dependency is down, Conflict when others were always faster, and
        UnusableKey, once nothing is indexed under such a key.
        """
        async with self._admission.admit(key):
            outcome = await self._persistently(lambda: self._attempt(key, whole))
            if sweep:
                await self._sweep(outcome.manifest)
            return outcome

    async def complete(self, uri: str) -> Outcome:
        """See to it that each generation has a document, of whatever bucket, as it is indexed.

        Raises InvalidRequest where it never was, and as `converge` does.
        """
        async with self._admission.admit(uri):
            return await self._persistently(lambda: self._attempt_known(uri))

    async def _persistently(self, attempt: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Where others were faster, begin anew. What such attempts staged and no commit removed goes."""
        lost: list[str] = []
        for _ in range(ATTEMPTS - 1):
            try:
                outcome = await attempt()
            except Conflict as conflict:
                lost.append(conflict.staged)
            else:
                break
        else:
            outcome = await attempt()
        if any(outcome.manifest.leaves(version) for version in lost if version):
            await self._sweep(outcome.manifest)
        return outcome

    async def _sweep(self, manifest: Manifest) -> None:
        """Commits it anew: so a writer who is at work after all begins anew, and is not robbed."""
        with suppress(Conflict):  # whoever was faster swept
            await self._commit(manifests.again(manifest), await self.store.generations())

    async def _attempt(self, key: str, whole: bool) -> Outcome:
        uri = self.bucket.uri_of(key)
        # Before the object: so a manifest never describes an older object than the one it replaces.
        found = manifests.unknown(uri, key)
        before = await self.store.manifest(found.id) or found
        try:
            seen = await self._look(key)
        except UnusableKey:
            if before.state == "deleted":
                raise
            return await self._remove(before)
        outcome = await self._follow(before, seen, whole)
        # Whoever heard of a change before this was committed may have found nothing to do.
        if outcome.manifest.revision != before.revision and await self._look(key) != seen:
            raise Conflict(f"{key} changed while it was worked on.")
        return outcome

    async def _look(self, key: str) -> ObjectInfo | str | None:
        """The object, None where there is none, or why it is of no use."""
        try:
            return await self.bucket.head(key)
        except Unreadable as error:
            return error.message

    async def _follow(self, before: Manifest, seen: ObjectInfo | str | None, whole: bool) -> Outcome:
        if isinstance(seen, str):
            groups = self.bucket.rules.of(before.key)
            return await self._fail(before, manifests.unusable(before, groups, seen))
        if seen is None:
            return await self._remove(before)
        # After the manifest: so none that began before it was read is left out.
        kept = await self.store.generations()
        alike = (before.state, before.etag, before.groups) == ("indexed", seen.etag, seen.groups)
        if not alike or not _has_text(before, kept):
            return await self._replace(before, seen, kept)
        return await self._complete(before, kept, whole)

    async def _attempt_known(self, uri: str) -> Outcome:
        before = await self.store.manifest(document_id(uri))
        if before is None:
            raise InvalidRequest(f"There is no document {uri} in the index.")
        return await self._complete(before, await self.store.generations(), whole=True)

    async def _complete(self, before: Manifest, kept: Kept, whole: bool) -> Outcome:
        missing = before.missing(kept)
        if not missing or not (whole or before.behind(kept)):
            return Outcome(before.key, "unchanged", before)
        async with self._admission.admit_object(before.size, before.chunks):
            spare = () if whole else _spare(kept)
            return await self._recommit(manifests.again(before), kept, missing, spare)

    async def _remove(self, before: Manifest) -> Outcome:
        if before.state == "deleted":
            return Outcome(before.key, "unchanged", before)
        return Outcome(before.key, "deleted", await self._commit(manifests.deleted(before)))

    async def _replace(self, before: Manifest, info: ObjectInfo, kept: Kept) -> Outcome:
        found = manifests.described(before, info)
        digest = ""
        try:
            async with (
                self._admission.admit_object(info.size, before.chunks),
                self._downloads(info) as content,
            ):
                digest = content.digest
                if _has_text(before, kept) and _reads_the_same(before, info, content):
                    return await self._recommit(found, kept, found.missing(kept), _spare(kept))
                return await self._index(manifests.indexed(found, digest), info, content, kept)
        except Unreadable as error:
            return await self._fail(before, manifests.failed(found, digest, error.message))

    async def _fail(self, before: Manifest, failed: Manifest) -> Outcome:
        if manifests.same(before, failed):
            return Outcome(before.key, "failed", before)
        return Outcome(before.key, "failed", await self._commit(failed))

    async def _recommit(
        self, found: Manifest, kept: Kept, missing: Kept, spare: Collection[str]
    ) -> Outcome:
        """Commit the version that is committed already, in those generations as well that it misses."""
        if not missing:
            return Outcome(found.key, "unchanged", await self._commit(found, kept))
        chunks = await self.store.chunks(found.id, None)
        if not chunks:
            raise Conflict(f"{found.uri} changed while it was read from the index.")
        chunkings = {generation.chunking for generation in missing}
        async with self._discarding(found), self._parser.rechunk(found, chunks, chunkings) as parsed:
            added = await self._staging.stage(found, parsed.pieces, missing, spare)
            found = replace(found, held=_ordered({**found.held, **added}, kept))
            committed = await self._commit(found, kept)
            return Outcome(found.key, "indexed" if added else "unchanged", committed)

    async def _index(self, found: Manifest, info: ObjectInfo, content: Content, kept: Kept) -> Outcome:
        async with self._discarding(found):
            if info.size:
                found = await self._staged(found, info, content, kept)
            else:
                found = replace(found, title=Path(info.key).stem, reason="It is empty.")
            return Outcome(info.key, "indexed", await self._commit(found, kept))

    async def _staged(self, found: Manifest, info: ObjectInfo, content: Content, kept: Kept) -> Manifest:
        chunkings = {generation.chunking for generation in kept} or {self._staging.chunking}
        with metrics.stage("parse"):
            parsed = await self._parser.parse(content.path, info.key, info.content_type, chunkings)
        found = replace(found, title=parsed.title, content_type=parsed.content_type)
        kept = kept or [await self._staging.first()]
        held = await self._staging.stage(found, parsed.pieces, kept, _spare(kept))
        return replace(found, held=held)

    @asynccontextmanager
    async def _discarding(self, manifest: Manifest) -> AsyncIterator[None]:
        """Where another writer is faster, what was staged for the manifest's version goes.

        It stays where another may yet commit that version: so the Conflict says which it is.
        """
        try:
            yield
        except Conflict as conflict:
            await self.store.discard(manifest)
            conflict.staged = manifest.version
            raise

    async def _commit(self, manifest: Manifest, kept: Kept = ()) -> Manifest:
        with metrics.stage("commit"):
            return await self.store.commit(manifest, _spare(kept))


def _has_text(manifest: Manifest, kept: Kept) -> bool:
    """Whether what it is made of can be had from the index."""
    return not manifest.held or any(each.name in manifest.held for each in kept)


def _reads_the_same(before: Manifest, info: ObjectInfo, content: Content) -> bool:
    """Whether the document is as it was: the same content, and declared to be no other kind of text."""
    same = (before.state, before.digest) == ("indexed", content.digest)
    return same and not retyped(content.path, info.key, info.content_type, before.content_type)


def _spare(kept: Kept) -> Collection[str]:
    """The names of those that a document need not be in."""
    return [each.name for each in kept[1:]]


def _ordered(held: Mapping[str, int], kept: Kept) -> dict[str, int]:
    return {each.name: held[each.name] for each in kept if each.name in held}
