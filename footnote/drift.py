"""Where the index and the bucket disagree."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from footnote.bucket import Bucket
from footnote.concurrency.bounded import bounded_map
from footnote.contracts import DRIFTS, DriftReport
from footnote.errors import Unreadable
from footnote.groups import Groups
from footnote.store import Manifest, Store

HASTE = timedelta(minutes=1)
"""From an object's time to the look at it. In the rest of the second its metadata could change and its
tag could not; and the clocks may differ."""
MEMORY = timedelta(days=2)
"""How long such an object is asked for its groups, which a listing does not tell."""
AT_ONCE = 16
AGREES = "The index agrees with the bucket."


@dataclass(frozen=True, slots=True)
class Drift:
    """Keys, each list sorted."""

    new: list[str]
    """Of objects that the index never looked at, or knew to be gone."""
    changed: list[str]
    gone: list[str]
    behind: list[str]
    """Of other objects: the index lacks the document, or the one that may be next does."""
    leftovers: list[str]
    """Of other objects: the index holds chunks for them that no reader sees, of a writer that died or is
    at work."""
    unchanged: int
    """How many objects the index is true to."""
    elsewhere: int
    """How many documents in the index are of other buckets."""
    failed: list[str] = field(default_factory=list)
    """Of objects that the index is true to, and could not read: with another limit or parser it may."""

    @property
    def keys(self) -> list[str]:
        """Of every object that the index is not true to."""
        return sorted([*self.new, *self.changed, *self.gone])

    @property
    def whys(self) -> dict[str, str]:
        """What to say of each key that differs."""
        found = {"drift": self.keys, "behind": self.behind, "leftovers": self.leftovers}
        return {key: why for why, keys in found.items() for key in keys}

    @property
    def events(self) -> dict[str, str]:
        """What to say of each key that is worth an event."""
        return dict.fromkeys(self.failed, "failed") | self.whys

    def report(self) -> DriftReport:
        """Of all of the bucket, compared just now."""
        counts = {name: len(getattr(self, name)) for name in DRIFTS}
        return DriftReport(compared_at=datetime.now(UTC), **counts)


class Unlisted(NamedTuple):
    """What the index knows of an object, and only a look at it tells."""

    groups: Groups
    reason: str | None
    """Why the bucket could not hand it over; its etag was not to be had, either."""


@dataclass(slots=True)
class Known:
    """What the index knows of the bucket's objects."""

    etags: dict[str, str | None] = field(default_factory=dict)
    """None of one that is gone."""
    unlisted: dict[str, Unlisted] = field(default_factory=dict)
    behind: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    elsewhere: int = 0


async def drift(bucket: Bucket, store: Store, within: str = "") -> Drift:
    """Compare bucket and index: the whole of them, or one object or folder, given by its key."""
    present, known, leftovers = await asyncio.gather(
        _present(bucket, within), _known(bucket, store, within), _leftovers(bucket, store, within)
    )
    held = {key for key, etag in known.etags.items() if etag is not None}
    tagged = held - {key for key, unlisted in known.unlisted.items() if unlisted.reason}
    changed = {key for key in tagged & present.keys() if present[key] != known.etags[key]}
    alike = known.unlisted.keys() & (present.keys() - changed)
    changed |= await _differing(bucket, {key: known.unlisted[key] for key in alike})
    differing = changed | (held ^ present.keys())
    behind, failed = known.behind - differing, known.failed - differing
    return Drift(
        new=sorted(present.keys() - held),
        changed=sorted(changed),
        gone=sorted(held - present.keys()),
        behind=sorted(behind),
        leftovers=sorted(leftovers - differing - behind),
        unchanged=len(held & present.keys() - changed - behind - failed),
        elsewhere=known.elsewhere,
        failed=sorted(failed),
    )


async def _present(bucket: Bucket, within: str) -> dict[str, str]:
    """The etags of the objects there are."""
    return {info.key: info.etag async for info in bucket.list(within) if _lies_in(info.key, within)}


async def _known(bucket: Bucket, store: Store, within: str) -> Known:
    kept, known = await store.generations(), Known()
    async for manifest in store.manifests(prefix=within):
        if manifest.uri != bucket.uri_of(manifest.key):
            known.elsewhere += manifest.state == "indexed"
        elif _lies_in(manifest.key, within):
            known.etags[manifest.key] = None if manifest.state == "deleted" else manifest.etag
            if unlisted := _unlisted(bucket, manifest):
                known.unlisted[manifest.key] = unlisted
            if manifest.behind(kept):
                known.behind.add(manifest.key)
            if manifest.state == "failed" and manifest.etag:
                known.failed.add(manifest.key)
    return known


def _unlisted(bucket: Bucket, manifest: Manifest) -> Unlisted | None:
    if manifest.state == "failed" and not manifest.etag:
        return Unlisted(manifest.groups, manifest.reason)
    if not bucket.lists_groups and _is_hasty(manifest):
        return Unlisted(manifest.groups, None)
    return None


def _is_hasty(manifest: Manifest) -> bool:
    """Whether its object was looked at so soon that other metadata may hide behind its tag."""
    if manifest.state == "deleted" or manifest.modified_at is None:
        return False
    soon = manifest.indexed_at - manifest.modified_at < HASTE
    return soon and datetime.now(UTC) - manifest.indexed_at < MEMORY


async def _differing(bucket: Bucket, known: Mapping[str, Unlisted]) -> set[str]:
    """The keys of those objects that are not as is known, as ingest would see them."""

    async def differs(key: str) -> bool:
        groups = known[key].groups
        try:
            info = await bucket.head(key)
        except Unreadable as error:
            return Unlisted(bucket.rules.of(key) or groups, error.message) != known[key]
        return info is not None and Unlisted(info.groups, None) != known[key]

    found = await bounded_map(differs, known, AT_ONCE)
    return {key for key, changed in zip(known, found, strict=True) if changed}


async def _leftovers(bucket: Bucket, store: Store, within: str) -> set[str]:
    return {
        found.key
        async for found in store.leftovers()
        if found.uri == bucket.uri_of(found.key) and _lies_in(found.key, within)
    }


def _lies_in(key: str, within: str) -> bool:
    return not within or key == within or key.startswith(f"{within}/")
