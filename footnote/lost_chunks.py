"""Finds documents of which the index has fewer chunks than their manifests say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footnote.store import ChunkCounts, Generation, Manifest, Store


async def count_chunks(store: Store, generations: Sequence[Generation]) -> Mapping[str, ChunkCounts]:
    """By name, for the generations that searches use or will use next."""
    return {each.name: await store.chunk_counts(each) for each in generations if each.live_until is None}


def lacks_chunks(manifest: Manifest, counts: Mapping[str, ChunkCounts]) -> bool:
    version = (manifest.id, manifest.version)
    return any(of.get(version, 0) < manifest.chunk_counts.get(name, 0) for name, of in counts.items())


async def still_lacking(
    store: Store, generations: Sequence[Generation], manifests: Sequence[Manifest]
) -> list[Manifest]:
    """Those that lack chunks as of now: a commit may have come between the count and the manifest."""
    if not manifests:
        return []
    counts = await count_chunks(store, generations)
    lacking = [manifest for manifest in manifests if lacks_chunks(manifest, counts)]
    return [manifest for manifest in lacking if await _is_committed(store, manifest)]


async def _is_committed(store: Store, manifest: Manifest) -> bool:
    now = await store.manifest(manifest.id)
    return now is not None and now.version == manifest.version
