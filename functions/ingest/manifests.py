"""The manifest that follows another, for everything that can happen to an object."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from footnote.bucket import ObjectInfo
from footnote.groups import NOBODY, Groups
from footnote.store import Manifest, document_id

NOTHING = "none"
"""In place of a hash in the version of a document without content."""


def unknown(uri: str, key: str) -> Manifest:
    """Of an object that the index never held: as if deleted, and never stored."""
    return Manifest(
        id=document_id(uri),
        uri=uri,
        key=key,
        state="deleted",
        sequence=0,
        version=_version(0, NOTHING),
        etag="",
        digest="",
        held={},
        title="",
        content_type="",
        size=0,
        groups=(),
        reason=None,
        modified_at=None,
        indexed_at=datetime.now(UTC),
    )


def described(before: Manifest, info: ObjectInfo) -> Manifest:
    """The same document, whose object is now as `info` says."""
    return replace(
        _following(before),
        etag=info.etag,
        size=info.size,
        groups=info.groups,
        modified_at=info.modified_at,
    )


def indexed(found: Manifest, digest: str) -> Manifest:
    """With new content, under a new version; its chunks and what the parser knows are still to come.

    The version is of the object, not only of its content: how it was read is not the same for another
    object of the same bytes. Nor is who may read it, which may change while the etag does not.
    """
    content = hashlib.sha256(f"{digest} {found.etag} {','.join(found.groups)}".encode()).hexdigest()
    return replace(
        found,
        state="indexed",
        version=_version(found.sequence, content[:12]),
        digest=digest,
        held={},
        reason=None,
    )


def failed(found: Manifest, digest: str, reason: str) -> Manifest:
    return replace(
        found,
        state="failed",
        version=_version(found.sequence, NOTHING),
        digest=digest,
        held={},
        reason=reason,
    )


def unusable(before: Manifest, groups: Groups, reason: str) -> Manifest:
    """Of an object that the bucket has, but with metadata that do not say who may read it.

    Its groups are by rule, or as they were: it cannot say itself. Without either it is for operators.
    """
    groups = groups or before.groups or NOBODY
    return failed(replace(_following(before), etag="", groups=groups), "", reason)


def deleted(before: Manifest) -> Manifest:
    """Its groups stay: who could not read the document need not learn that it is gone."""
    found = _following(before)
    return replace(
        found,
        state="deleted",
        version=_version(found.sequence, NOTHING),
        etag="",
        digest="",
        held={},
        size=0,
        reason=None,
        modified_at=None,
    )


def again(before: Manifest) -> Manifest:
    """The same, committed once more: nothing that was staged before can be committed after it."""
    return replace(before, sequence=before.sequence + 1)


def same(one: Manifest, other: Manifest) -> bool:
    """Whether the two say the same of the object, at whatever time."""
    return _said(one) == _said(other)


def _said(manifest: Manifest) -> tuple[object, ...]:
    return manifest.state, manifest.etag, manifest.digest, manifest.groups, manifest.reason


def _following(before: Manifest) -> Manifest:
    return replace(before, sequence=before.sequence + 1, indexed_at=datetime.now(UTC))


def _version(sequence: int, content: str) -> str:
    return f"{sequence:08d}.{content}"
