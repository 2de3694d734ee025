"""Computes the next manifest of a document for everything that can happen to its object."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from footnote.bucket import ObjectInfo
from footnote.groups import NOBODY, Groups
from footnote.store import Manifest, document_id

NO_CONTENT = "none"
"""It stands for the hash in the version of a document without content."""


def unknown(uri: str, key: str) -> Manifest:
    """The manifest of an object that was never indexed: deleted, and without a revision."""
    return Manifest(
        id=document_id(uri),
        uri=uri,
        key=key,
        state="deleted",
        sequence=0,
        version=_version(0, NO_CONTENT),
        etag="",
        digest="",
        chunk_counts={},
        title="",
        content_type="",
        size=0,
        groups=(),
        reason=None,
        modified_at=None,
        indexed_at=datetime.now(UTC),
    )


def described(before: Manifest, info: ObjectInfo) -> Manifest:
    """The next manifest, with the object as `info` describes it, and the content as before."""
    return replace(
        _following(before),
        etag=info.etag,
        size=info.size,
        groups=info.groups,
        modified_at=info.modified_at,
    )


def indexed(manifest: Manifest, digest: str) -> Manifest:
    """Indexed with new content under a new version, still without chunks and what the parser finds.

    The version depends on the etag and not only on the content, because an object of the same bytes may
    be parsed differently. It depends on the groups, because they may change while the etag does not.
    """
    identity = f"{digest} {manifest.etag} {','.join(manifest.groups)}"
    content = hashlib.sha256(identity.encode()).hexdigest()
    return replace(
        manifest,
        state="indexed",
        version=_version(manifest.sequence, content[:12]),
        digest=digest,
        chunk_counts={},
        reason=None,
    )


def failed(manifest: Manifest, digest: str, reason: str) -> Manifest:
    """Failed, without chunks. `digest` is empty if the content was not read."""
    return replace(
        manifest,
        state="failed",
        version=_version(manifest.sequence, NO_CONTENT),
        digest=digest,
        chunk_counts={},
        reason=reason,
    )


def unusable(before: Manifest, groups: Groups, reason: str) -> Manifest:
    """Failed, for an object whose metadata does not say who may read it.

    `groups` are those of the bucket's rules. Without them the document keeps its previous groups; if it
    has none, only operators may see it.
    """
    groups = groups or before.groups or NOBODY
    return failed(replace(_following(before), etag="", groups=groups), "", reason)


def deleted(before: Manifest) -> Manifest:
    """Deleted. The groups stay: who could not read the document must not learn that it is gone."""
    following = _following(before)
    return replace(
        following,
        state="deleted",
        version=_version(following.sequence, NO_CONTENT),
        etag="",
        digest="",
        chunk_counts={},
        size=0,
        reason=None,
        modified_at=None,
    )


def again(before: Manifest) -> Manifest:
    """The same manifest for another commit, after which nothing staged earlier can be committed."""
    return replace(before, sequence=before.sequence + 1)


def same(one: Manifest, other: Manifest) -> bool:
    """Whether both describe the same state of the object, whenever they were committed."""
    return _state(one) == _state(other)


def _state(manifest: Manifest) -> tuple[object, ...]:
    return manifest.state, manifest.etag, manifest.digest, manifest.groups, manifest.reason


def _following(before: Manifest) -> Manifest:
    return replace(before, sequence=before.sequence + 1, indexed_at=datetime.now(UTC))


def _version(sequence: int, content: str) -> str:
    return f"{sequence:08d}.{content}"
