"""Verification that the index has what the bucket has."""

from __future__ import annotations

from collections.abc import Iterable

from bench.convergence.processes.objects import TrackedObject, joined
from footnote.bucket import Bucket
from footnote.drift import detect_drift
from footnote.store import Manifest, Store, document_id
from tests.contract.rigs import ElasticsearchRig


class Verifier:
    def __init__(self, bucket: Bucket, store: Store, rig: ElasticsearchRig) -> None:
        self._bucket = bucket
        self._store = store
        self._rig = rig

    async def before_reconciliation(self, objects: Iterable[TrackedObject]) -> list[str]:
        """Differences of objects whose notifications all arrived; orphaned chunks are allowed."""
        return [found for each in objects for found in await self._differences(each, orphans=True)]

    async def after_reconciliation(self, objects: Iterable[TrackedObject]) -> list[str]:
        """Differences of all objects, orphaned chunks included."""
        self._rig.refresh()
        drift = await detect_drift(self._bucket, self._store)
        differences = [f"{key}: {why}" for key, why in drift.differences.items()]
        for each in objects:
            differences += await self._differences(each, orphans=False)
        return differences

    async def _differences(self, tracked: TrackedObject, *, orphans: bool) -> list[str]:
        document = document_id(self._bucket.uri_of(tracked.key))
        manifest = await self._store.manifest(document)
        chunks = await self._store.chunks(document, None)
        text = joined([(chunk.start, chunk.text) for chunk in chunks])
        differences = []
        if text != tracked.state.text:
            differences.append(
                f"{tracked.key} is {tracked.state.text[:80]!r}, and in the index {text[:80]!r}"
            )
        if (present := await self._present(tracked.key)) != (indexed := _indexed(manifest)):
            differences.append(f"{tracked.key} is {present}, and in the index {indexed}")
        stored = self._rig.stored_chunks(document)
        named = sum(manifest.chunk_counts.values()) if manifest else 0
        if stored < named or (stored > named and not orphans):
            differences.append(f"{tracked.key} has {stored} chunks, of which its manifest names {named}")
        return differences

    async def _present(self, key: str) -> tuple[str, tuple[str, ...]] | None:
        info = await self._bucket.head(key)
        return (info.etag, info.groups) if info else None


def _indexed(manifest: Manifest | None) -> tuple[str, tuple[str, ...]] | None:
    if manifest is None or manifest.state == "deleted":
        return None
    return manifest.etag, manifest.groups
