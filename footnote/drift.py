"""Compares the index with the bucket and lists the objects that differ."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from footnote.bucket import Bucket
from footnote.concurrency.bounded import bounded_map
from footnote.contracts import DRIFT_KINDS, DriftReport
from footnote.errors import Unreadable, UnusableKey
from footnote.events import Why
from footnote.groups import Groups
from footnote.lost_chunks import count_chunks, lacks_chunks, still_lacking
from footnote.store import Manifest, Store, document_id

RACY_WINDOW = timedelta(minutes=1)
"""An object indexed so soon after its modification is racy: within the same second its metadata may have
changed again without a new etag. A minute, because the clocks may differ."""
RACY_RECHECK = timedelta(days=2)
"""How long the groups of a racy object are compared by a HEAD request, since a listing lacks them."""
CONCURRENCY = 16
"""Concurrent HEAD requests."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Sorted keys of objects, by the way in which the index differs from the bucket."""

    new: list[str]
    """Objects without a manifest, or with one that says that they were deleted."""
    changed: list[str]
    gone: list[str]
    behind: list[str]
    """Unchanged objects whose document is missing from the live generation or the next one."""
    leftovers: list[str]
    """Other objects with staged chunks that no commit made visible: their writer died or is at work."""
    unchanged: int
    """Number of objects that the index agrees with."""
    elsewhere: dict[str, int]
    """Numbers of indexed documents from other buckets, by the uri of the bucket."""
    lost: Mapping[str, str] = field(default_factory=dict)
    """Those of `behind` of which chunks are lost, so that they must be read again; their versions."""
    failed: list[str] = field(default_factory=list)
    """Unchanged objects that could not be read; another limit or parser may read them."""

    @property
    def keys(self) -> list[str]:
        """New, changed and gone objects."""
        return sorted([*self.new, *self.changed, *self.gone])

    @property
    def differences(self) -> dict[str, Why]:
        """The reason of each difference, by key: `drift`, `behind`, `lost` or `leftovers`."""
        reasons: dict[Why, Iterable[str]] = {
            "drift": self.keys,
            "behind": self.behind,
            "lost": self.lost,
            "leftovers": self.leftovers,
        }
        return {key: why for why, keys in reasons.items() for key in keys}

    @property
    def to_publish(self) -> dict[str, Why]:
        """The keys that need an event, each with its reason: the differences and the failed objects."""
        failed: dict[str, Why] = dict.fromkeys(self.failed, "failed")
        return failed | self.differences

    def report(self) -> DriftReport:
        """The counts, for a comparison of the whole bucket that ended just now."""
        counts = {name: len(getattr(self, name)) for name in DRIFT_KINDS}
        return DriftReport(compared_at=datetime.now(UTC), **counts)


class HeadState(NamedTuple):
    """What the index holds of an object beyond what a listing shows; a HEAD request returns the same."""

    groups: Groups
    reason: str | None
    """Why HEAD failed, in which case there is no etag either."""


@dataclass(slots=True)
class IndexState:
    """What the index holds of the bucket's objects, by key."""

    etags: dict[str, str | None] = field(default_factory=dict)
    """None for a deleted object."""
    head_states: dict[str, HeadState] = field(default_factory=dict)
    """Only of objects that must be compared by a HEAD request."""
    behind: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    lost: dict[str, str] = field(default_factory=dict)
    """Versions of the documents of which chunks are lost."""
    elsewhere: Counter[str] = field(default_factory=Counter)


async def detect_drift(bucket: Bucket, store: Store, within: str = "") -> Drift:
    """Compare the whole bucket with the index, or the one object or folder with the key `within`."""
    listed, state, leftovers = await asyncio.gather(
        _listed(bucket, within), _indexed(bucket, store, within), _leftovers(bucket, store, within)
    )
    indexed = {key for key, etag in state.etags.items() if etag is not None}
    with_etag = indexed - {key for key, head in state.head_states.items() if head.reason}
    changed = {key for key in with_etag & listed.keys() if listed[key] != state.etags[key]}
    to_check = state.head_states.keys() & (listed.keys() - changed)
    changed |= await _changed_by_head(bucket, {key: state.head_states[key] for key in to_check})
    differing = changed | (indexed ^ listed.keys())
    behind = (state.behind | state.lost.keys()) - differing
    failed = state.failed - differing
    return Drift(
        new=sorted(listed.keys() - indexed),
        changed=sorted(changed),
        gone=sorted(indexed - listed.keys()),
        behind=sorted(behind),
        leftovers=sorted(leftovers - differing - behind),
        unchanged=len(indexed & listed.keys() - changed - behind - failed),
        elsewhere=dict(state.elsewhere),
        lost={key: version for key, version in state.lost.items() if key in behind},
        failed=sorted(failed),
    )


async def is_current(bucket: Bucket, store: Store, key: str) -> bool:
    """Whether the index agrees with the bucket about one object, leftovers aside. Reads in real time."""
    manifest = await store.manifest(document_id(bucket.uri_of(key)))
    known = manifest if manifest and manifest.state != "deleted" else None
    try:
        info = await bucket.head(key)
    except Unreadable:
        return known is not None and known.state == "failed" and not known.etag
    except UnusableKey:
        info = None
    if known is None or info is None:
        return known is None and info is None
    described = (info.etag, info.groups) == (known.etag, known.groups)
    return described and not known.is_behind(await store.generations())


async def _listed(bucket: Bucket, within: str) -> dict[str, str]:
    """Etags by key."""
    return {info.key: info.etag async for info in bucket.list(within) if _lies_in(info.key, within)}


async def _indexed(bucket: Bucket, store: Store, within: str) -> IndexState:
    generations, state = await store.generations(), IndexState()
    # A part of the bucket is compared often, and the count is of the whole index.
    counts = {} if within else await count_chunks(store, generations)
    lacking: list[Manifest] = []
    async for manifest in store.manifests(prefix=within):
        if manifest.uri != bucket.uri_of(manifest.key):
            if manifest.state == "indexed":
                state.elsewhere[manifest.bucket] += 1
        elif _lies_in(manifest.key, within):
            state.etags[manifest.key] = None if manifest.state == "deleted" else manifest.etag
            if head := _head_state(bucket, manifest):
                state.head_states[manifest.key] = head
            if manifest.is_behind(generations):
                state.behind.add(manifest.key)
            elif lacks_chunks(manifest, counts):
                lacking.append(manifest)
            if manifest.state == "failed" and manifest.etag:
                state.failed.add(manifest.key)
    lost = await still_lacking(store, generations, lacking)
    state.lost = {manifest.key: manifest.version for manifest in lost}
    return state


def _head_state(bucket: Bucket, manifest: Manifest) -> HeadState | None:
    """None if the listing suffices to compare the object."""
    if manifest.state == "failed" and not manifest.etag:
        return HeadState(manifest.groups, manifest.reason)
    if not bucket.lists_groups and _is_racy(manifest):
        return HeadState(manifest.groups, None)
    return None


def _is_racy(manifest: Manifest) -> bool:
    if manifest.state == "deleted" or manifest.modified_at is None:
        return False
    racy = manifest.indexed_at - manifest.modified_at < RACY_WINDOW
    return racy and datetime.now(UTC) - manifest.indexed_at < RACY_RECHECK


async def _changed_by_head(bucket: Bucket, states: Mapping[str, HeadState]) -> set[str]:
    """The keys of the objects whose HEAD now differs from what the index holds."""

    async def differs(key: str) -> bool:
        groups = states[key].groups
        try:
            info = await bucket.head(key)
        except Unreadable as error:
            return HeadState(bucket.rules.groups_for(key) or groups, error.message) != states[key]
        return info is not None and HeadState(info.groups, None) != states[key]

    found = await bounded_map(differs, states, CONCURRENCY)
    return {key for key, changed in zip(states, found, strict=True) if changed}


async def _leftovers(bucket: Bucket, store: Store, within: str) -> set[str]:
    return {
        found.key
        async for found in store.leftovers()
        if found.uri == bucket.uri_of(found.key) and _lies_in(found.key, within)
    }


def _lies_in(key: str, within: str) -> bool:
    return not within or key == within or key.startswith(f"{within}/")
