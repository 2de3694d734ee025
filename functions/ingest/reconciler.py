"""Makes the index agree with what the bucket holds for a key now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from footnote.bucket import Bucket, ObjectInfo
from footnote.errors import Conflict, InvalidRequest, Unreadable, UnusableKey
from footnote.events import Why
from footnote.settings import Settings
from footnote.store import Generation, Manifest, Store, document_id, open_store
from footnote.text.chunking import Chunking
from functions.ingest import manifests
from functions.ingest.admission import AdmissionControl
from functions.ingest.downloads import Content, Downloads
from functions.ingest.embedding import batched, embed_client
from functions.ingest.indexer import Indexer, not_live
from functions.ingest.parsing import Parser
from functions.ingest.staging import Staging
from functions.ingest.workers.pool import WorkerPool
from functions.ingest.workers.worker import Worker

ATTEMPTS = 5
"""Attempts at a key, each of which may lose a race against another writer or a change of the object."""

REREAD: Collection[Why] = ("lost", "reread")
"""Reasons to read an object again even if it is unchanged."""

Observation = ObjectInfo | str | None
"""What the bucket holds for a key: an object, nothing, or one whose metadata is unusable, and why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    key: str
    state: Literal["indexed", "deleted", "unchanged", "failed"]
    """What the call did; `unchanged` if there was no content to read or remove."""
    manifest: Manifest
    """The manifest of the document as it is now."""


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
        self._indexer = Indexer(store, parser, staging)
        self._downloads = Downloads(bucket, object_limit)
        self._admission_control = AdmissionControl()

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
            batched(embed_client(settings.embed_url)),
            str(Chunking.from_settings(settings)),
            settings.embedding_batch,
        )
        bucket = Bucket.from_settings(settings)
        return cls(bucket, store, parser, staging, object_limit=settings.object_limit)

    async def converge(self, key: str, why: Why = "") -> Outcome:
        """Make the index agree with the bucket for `key`.

        Every generation that is live or may be live next gets the document, unless its model refuses the
        text. `why` may ask for more:

        - `leftovers`: also remove chunks that writers of this key staged before they died.
        - `lost`, `reread`: read and index the object again even if it is unchanged.
        - `behind`: a replaced generation that lacks the document gets it as well, and Unreadable is
          raised if any model refuses the text of an unchanged object.

        Raises Unavailable when a dependency is down, Conflict when every attempt lost a race, and
        UnusableKey for a key that no object can have, once nothing is indexed under it.
        """
        async with self._admission_control.admit(key):
            outcome = await self._retry(lambda: self._converge_once(key, why))
            if why == "leftovers":
                await self._sweep(outcome.manifest)
            return outcome

    async def backfill(self, uri: str) -> Outcome:
        """Add an indexed document, of any bucket, to every generation that lacks it.

        Raises InvalidRequest if it is not in the index, and as `converge` does.
        """
        async with self._admission_control.admit(uri):
            return await self._retry(lambda: self._backfill_once(uri))

    async def remove(self, uri: str) -> Outcome:
        """Remove a document of a former bucket.

        Raises InvalidRequest if the index has no such document, and as `converge` does.
        """
        async with self._admission_control.admit(uri):
            return await self._retry(lambda: self._remove_once(uri))

    async def _retry(self, attempt: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Start over on Conflict. Then sweep what lost attempts staged and no commit removed."""
        lost: list[str] = []
        while True:
            try:
                outcome = await attempt()
                break
            except Conflict as conflict:
                lost.append(conflict.staged)
                if len(lost) == ATTEMPTS:
                    raise
        if any(outcome.manifest.precedes(version) for version in lost if version):
            await self._sweep(outcome.manifest)
        return outcome

    async def _sweep(self, manifest: Manifest) -> None:
        """Commit the manifest once more, upon which the store removes what was staged before.

        A writer that is still at work gets a Conflict and starts over, so it loses nothing.
        """
        with suppress(Conflict):  # another writer's commit swept
            await self._indexer.commit(manifests.again(manifest), await self.store.generations())

    async def _converge_once(self, key: str, why: Why) -> Outcome:
        # Read before the object, so that no manifest describes an older object than the previous one.
        unknown = manifests.unknown(self.bucket.uri_of(key), key)
        before = await self.store.manifest(unknown.id) or unknown
        try:
            observed = await self._observe(key)
        except UnusableKey:
            if before.state == "deleted":
                raise
            return await self._remove(before)
        outcome = await self._apply(before, observed, why)
        # A writer that saw a later change before this commit may have found nothing to do.
        if outcome.manifest.revision != before.revision and await self._observe(key) != observed:
            raise Conflict(f"{key} changed while it was being processed.")
        return outcome

    async def _backfill_once(self, uri: str) -> Outcome:
        before = await self._existing(uri)
        return await self._complete(before, await self.store.generations(), "behind")

    async def _remove_once(self, uri: str) -> Outcome:
        before = await self._existing(uri)
        if before.bucket not in self.bucket.former:  # a folder in the folder that is followed
            raise InvalidRequest(f"{uri} is in {before.bucket}, which is no former bucket.")
        return await self._remove(before)

    async def _existing(self, uri: str) -> Manifest:
        manifest = await self.store.manifest(document_id(uri))
        if manifest is None:
            raise InvalidRequest(f"There is no document {uri} in the index.")
        return manifest

    async def _observe(self, key: str) -> Observation:
        try:
            return await self.bucket.head(key)
        except Unreadable as error:
            return error.message

    async def _apply(self, before: Manifest, observed: Observation, why: Why) -> Outcome:
        if isinstance(observed, str):
            groups = self.bucket.rules.groups_for(before.key)
            return await self._fail(before, manifests.unusable(before, groups, observed))
        if observed is None:
            return await self._remove(before)
        # Read after the manifest, so that it includes all that began before the manifest was read.
        generations = await self.store.generations()
        usable = why not in REREAD and _text_is_indexed(before, generations)
        described = (observed.etag, observed.groups) == (before.etag, before.groups)
        if before.state == "indexed" and described and usable:
            return await self._complete(before, generations, why)
        return await self._replace(before, observed, generations, usable)

    async def _remove(self, before: Manifest) -> Outcome:
        if before.state == "deleted":
            return Outcome(before.key, "unchanged", before)
        return Outcome(before.key, "deleted", await self._indexer.commit(manifests.deleted(before)))

    async def _fail(self, before: Manifest, failed: Manifest) -> Outcome:
        if manifests.same(before, failed):
            return Outcome(before.key, "failed", before)
        return Outcome(before.key, "failed", await self._indexer.commit(failed))

    async def _replace(
        self, before: Manifest, info: ObjectInfo, generations: Sequence[Generation], usable: bool
    ) -> Outcome:
        """Index the object, or commit only its new description if its content is indexed already, in a
        text that is `usable`."""
        described, digest = manifests.described(before, info), ""
        try:
            async with (
                self._admission_control.admit_object(info.size, before.chunks),
                self._downloads(info) as content,
            ):
                digest = content.digest
                if usable and _is_same_content(before, info, content):
                    return await self._extend(described, generations, not_live(generations))
                manifest = manifests.indexed(described, digest)
                committed = await self._indexer.index(manifest, info, content, generations)
                return Outcome(info.key, "indexed", committed)
        except Unreadable as error:
            return await self._fail(before, manifests.failed(described, digest, error.message))

    async def _complete(self, before: Manifest, generations: Sequence[Generation], why: Why) -> Outcome:
        """Add an unchanged document to generations that lack it."""
        backfill, missing = why == "behind", before.missing_from(generations)
        if not missing or not (backfill or before.is_behind(generations)):
            return Outcome(before.key, "unchanged", before)
        optional = () if backfill else not_live(generations)
        async with self._admission_control.admit_object(before.size, before.chunks):
            return await self._extend(manifests.again(before), generations, optional)

    async def _extend(
        self, manifest: Manifest, generations: Sequence[Generation], optional: Collection[str]
    ) -> Outcome:
        committed = await self._indexer.extend(manifest, generations, optional)
        added = committed.chunk_counts.keys() - manifest.chunk_counts.keys()
        return Outcome(manifest.key, "indexed" if added else "unchanged", committed)


def _text_is_indexed(manifest: Manifest, generations: Sequence[Generation]) -> bool:
    """Whether the document has no text, or its text can be read from one of the generations."""
    return not manifest.chunk_counts or any(each.name in manifest.chunk_counts for each in generations)


def _is_same_content(before: Manifest, info: ObjectInfo, content: Content) -> bool:
    """Whether the same bytes were indexed before, and would be read as the same format again."""
    if (before.state, before.digest) != ("indexed", content.digest):
        return False
    from functions.ingest.parsers.formats import format_changed

    return not format_changed(content.path, info.key, info.content_type, before.content_type)
