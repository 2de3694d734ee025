"""Where the index and the bucket disagree."""

from __future__ import annotations

from dataclasses import dataclass

from footnote.bucket import Bucket
from footnote.store import Store


@dataclass(frozen=True, slots=True)
class Drift:
    keys: list[str]
    """Of objects that are new, changed or gone since the index looked, sorted."""
    unchanged: int
    """How many objects the index is true to."""
    elsewhere: int
    """How many documents in the index are of other buckets."""


async def drift(bucket: Bucket, store: Store, within: str = "") -> Drift:
    """Compare bucket and index: the whole of them, or one object or folder, given by its key."""
    present = {info.key: info.etag async for info in bucket.list(within) if _lies_in(info.key, within)}
    known, elsewhere = {}, 0
    async for manifest in store.manifests(prefix=within):
        if manifest.uri != bucket.uri_of(manifest.key):
            elsewhere += manifest.state == "indexed"
        elif _lies_in(manifest.key, within):
            known[manifest.key] = manifest.etag
    differing = {key for key in present.keys() | known.keys() if present.get(key, "") != known.get(key)}
    return Drift(sorted(differing), len(present.keys() - differing), elsewhere)


def _lies_in(key: str, within: str) -> bool:
    return not within or key == within or key.startswith(f"{within}/")
