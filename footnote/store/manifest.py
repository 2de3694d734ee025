"""Manifests: what the index holds of each object."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from footnote.store import Generation

State = Literal["indexed", "failed", "deleted"]


def document_id(uri: str) -> str:
    """Id of the manifest of the object at `uri`: 32 hex digits."""
    return hashlib.sha256(uri.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the index holds of one object.

    `sequence` grows by one with every commit. `version` is what chunks carry: the sequence at which the
    content last changed and a hash of the object (`00000003.1f0c2a9b44de`; `00000004.none` without
    content).
    `revision` is the store's own token for a conditional write: empty in a manifest never stored.
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
    held: Mapping[str, int]
    """How many chunks each generation has of it, by name, the one that was live at the commit first."""
    title: str
    content_type: str
    size: int
    groups: tuple[str, ...]
    reason: str | None
    modified_at: datetime | None
    indexed_at: datetime
    revision: str = ""

    @property
    def chunks(self) -> int:
        """In the generation that was live at the commit."""
        return next(iter(self.held.values()), 0)

    def shown(self, live: Generation | None) -> int:
        """How many chunks searches use: of the live generation, or of another where it has none yet."""
        return self.held.get(live.name, self.chunks) if live else self.chunks

    @property
    def begins_version(self) -> bool:
        """Whether the content changed with this commit: its chunks were staged for it."""
        return _sequence(self.version) == self.sequence

    def supersedes(self, version: str) -> bool:
        """Whether this commit makes `version` one that no reader will ever see again."""
        return version != self.version and _sequence(version) <= self.sequence

    def leaves(self, version: str) -> bool:
        """Whether chunks of `version` may be there beside this commit's, for nobody to see."""
        return version != self.version and not self.supersedes(version)

    def missing(self, generations: Collection[Generation]) -> list[Generation]:
        """Those that must hold the document and do not: none where it has no chunks at all."""
        return [each for each in generations if self.held and each.name not in self.held]

    def behind(self, kept: Collection[Generation]) -> bool:
        """Whether what searches use, or may use next, lacks the document: not what they used before."""
        return bool(self.held) and (not kept or any(not each.live_until for each in self.missing(kept)))

    def readable(self, groups: frozenset[str] | None) -> bool:
        """Whether a reader in `groups` may see the document; None is an operator, who sees all."""
        return groups is None or not self.groups or not groups.isdisjoint(self.groups)


def _sequence(version: str) -> int:
    return int(version.partition(".")[0])
