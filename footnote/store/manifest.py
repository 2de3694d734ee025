"""Manifests: what the index contains of each object."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from footnote.contracts import DocumentSummary, State

if TYPE_CHECKING:
    from footnote.store import Generation


def document_id(uri: str) -> str:
    """Id of the manifest of the object at `uri`: 32 hex digits."""
    return hashlib.sha256(uri.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the index contains of one object.

    `sequence` grows by one with every commit. `version` identifies the chunks: it is the sequence at
    which the content last changed and a hash of the object (`00000003.1f0c2a9b44de`; `00000004.none`
    without content).
    `revision` is the store's own token for a conditional write; it is empty before the first commit.
    """

    id: str
    uri: str
    key: str
    state: State
    sequence: int
    version: str
    etag: str
    """Of the object this manifest describes; empty when deleted."""
    digest: str
    """sha256 of the content, hex; empty when it was never read."""
    chunk_counts: Mapping[str, int]
    """Number of the document's chunks by generation name; the generation live at the commit is first."""
    title: str
    content_type: str
    size: int
    groups: tuple[str, ...]
    reason: str | None
    modified_at: datetime | None
    indexed_at: datetime
    revision: str = ""

    @property
    def bucket(self) -> str:
        """The uri of the object's bucket."""
        return self.uri.removesuffix(f"/{self.key}")

    @property
    def chunks(self) -> int:
        """Number of chunks in the generation that was live at the commit."""
        return next(iter(self.chunk_counts.values()), 0)

    def searchable_chunks(self, live: Generation | None) -> int:
        """Number of chunks in the live generation, or in another if that lacks the document."""
        return self.chunk_counts.get(live.name, self.chunks) if live else self.chunks

    @property
    def begins_version(self) -> bool:
        """Whether this commit changed the content, so that chunks were staged for it."""
        return _sequence(self.version) == self.sequence

    def supersedes(self, version: str) -> bool:
        """Whether no reader will see `version` again after this commit."""
        return version != self.version and not self.precedes(version)

    def precedes(self, version: str) -> bool:
        """Whether `version` was staged for a later commit, so this one does not remove its chunks."""
        return _sequence(version) > self.sequence

    def missing_from(self, generations: Collection[Generation]) -> list[Generation]:
        """The generations that lack the document; none if the document has no chunks at all."""
        return [each for each in generations if self.chunk_counts and each.name not in self.chunk_counts]

    def is_behind(self, generations: Collection[Generation]) -> bool:
        """Whether the live generation or the next one lacks the document; replaced ones do not count."""
        if not self.chunk_counts:
            return False
        return not generations or any(not each.live_until for each in self.missing_from(generations))

    def readable_by(self, groups: frozenset[str] | None) -> bool:
        """Whether a reader in `groups` may see the document; None is an operator, who sees all."""
        return groups is None or not self.groups or not groups.isdisjoint(self.groups)

    def summary(self, live: Generation | None) -> DocumentSummary:
        """The manifest as readers and operators see it; `live` is the generation that searches use."""
        fields = {name: getattr(self, name) for name in DocumentSummary.model_fields}
        return DocumentSummary(**{**fields, "chunks": self.searchable_chunks(live)})


def _sequence(version: str) -> int:
    return int(version.partition(".")[0])
