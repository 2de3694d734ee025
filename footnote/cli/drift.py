"""Where the index and the bucket disagree."""

from __future__ import annotations

from dataclasses import dataclass

from footnote.bucket import Bucket
from footnote.store import Store


@dataclass(frozen=True, slots=True)
class Drift:
    """Keys, each list sorted."""

    new: list[str]
    """Of objects that the index never looked at, or knew to be gone."""
    changed: list[str]
    gone: list[str]
    leftovers: list[str]
    """Of other objects: the index holds chunks for them that no reader sees, of a writer that died or is
    at work."""
    unchanged: int
    """How many objects the index is true to."""
    elsewhere: int
    """How many documents in the index are of other buckets."""

    @property
    def keys(self) -> list[str]:
        """Of every object that the index is not true to."""
        return sorted([*self.new, *self.changed, *self.gone])

    @property
    def whys(self) -> dict[str, str]:
        """What to say of each key that is worth an event."""
        return dict.fromkeys(self.keys, "drift") | dict.fromkeys(self.leftovers, "leftovers")


async def drift(bucket: Bucket, store: Store, within: str = "") -> Drift:
    """Compare bucket and index: the whole of them, or one object or folder, given by its key."""
    present = {info.key: info.etag async for info in bucket.list(within) if _lies_in(info.key, within)}
    known, elsewhere = {}, 0
    async for manifest in store.manifests(prefix=within):
        if manifest.uri != bucket.uri_of(manifest.key):
            elsewhere += manifest.state == "indexed"
        elif _lies_in(manifest.key, within):
            known[manifest.key] = None if manifest.state == "deleted" else manifest.etag
    held = {key for key, etag in known.items() if etag is not None}
    changed = {key for key in held & present.keys() if present[key] != known[key]}
    return Drift(
        new=sorted(present.keys() - held),
        changed=sorted(changed),
        gone=sorted(held - present.keys()),
        leftovers=sorted(await _leftovers(bucket, store, within) - changed - (held ^ present.keys())),
        unchanged=len(held & present.keys() - changed),
        elsewhere=elsewhere,
    )


async def _leftovers(bucket: Bucket, store: Store, within: str) -> set[str]:
    return {
        found.key
        async for found in store.leftovers()
        if found.uri == bucket.uri_of(found.key) and _lies_in(found.key, within)
    }


def _lies_in(key: str, within: str) -> bool:
    return not within or key == within or key.startswith(f"{within}/")
