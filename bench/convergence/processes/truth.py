"""Whether the index holds what the bucket holds."""

from __future__ import annotations

from collections.abc import Iterable

from bench.convergence.processes.lives import Life, joined
from footnote.bucket import Bucket
from footnote.drift import detect_drift
from footnote.store import Manifest, Store, document_id
from tests.contract.rigs import ElasticsearchRig


class Truth:
    def __init__(self, bucket: Bucket, store: Store, rig: ElasticsearchRig) -> None:
        self._bucket = bucket
        self._store = store
        self._rig = rig

    async def delivered(self, lives: Iterable[Life]) -> list[str]:
        """What differs of objects whose every notification arrived; writers that died may have left
        chunks."""
        return [said for life in lives for said in await self._differences(life, orphans=True)]

    async def whole(self, lives: Iterable[Life]) -> list[str]:
        """What differs after a comparison; nothing may be left over."""
        self._rig.refresh()
        found = await detect_drift(self._bucket, self._store)
        said = [f"{key}: {why}" for key, why in found.differences.items()]
        return said + [said for life in lives for said in await self._differences(life, orphans=False)]

    async def _differences(self, life: Life, *, orphans: bool) -> list[str]:
        document = document_id(self._bucket.uri_of(life.key))
        manifest = await self._store.manifest(document)
        chunks = await self._store.chunks(document, None)
        text = joined([(chunk.start, chunk.text) for chunk in chunks])
        said = []
        if text != life.now.text:
            said.append(f"{life.key} is {life.now.text[:80]!r}, and in the index {text[:80]!r}")
        if (there := await self._present(life.key)) != (known := _known(manifest)):
            said.append(f"{life.key} is {there}, and in the index {known}")
        stored = self._rig.stored_chunks(document)
        named = sum(manifest.chunk_counts.values()) if manifest else 0
        if stored < named or (stored > named and not orphans):
            said.append(f"{life.key} has {stored} chunks, of which its manifest names {named}")
        return said

    async def _present(self, key: str) -> tuple[str, tuple[str, ...]] | None:
        info = await self._bucket.head(key)
        return (info.etag, info.groups) if info else None


def _known(manifest: Manifest | None) -> tuple[str, tuple[str, ...]] | None:
    if manifest is None or manifest.state == "deleted":
        return None
    return manifest.etag, manifest.groups
