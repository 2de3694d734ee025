"""Watermark of the commits that this process has read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from footnote.store import Manifest
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.documents.serialization import manifest_from_hit


class Position(NamedTuple):
    """Position of a commit among the writes of the manifests' only shard; no two commits share one."""

    term: int
    number: int

    @classmethod
    def of(cls, manifest: Manifest) -> Position:
        number, term = manifest.revision.split(".")
        return cls(int(term), int(number))


START = Position(0, -1)


class Watermark:
    """The latest commit that this process has read: it and all earlier ones happened before now.

    A search that begins now therefore sees all chunks of the versions up to it.
    """

    def __init__(self, client: Client, manifests: str) -> None:
        self._client = client
        self._index = manifests
        self.is_loaded = False
        self.latest = START

    async def load(self) -> None:
        """Read the newest listed commit. Needed once; later commits are seen as they are read."""
        newest = {"sort": [{"_seq_no": "desc"}], "size": 1, "track_total_hits": False}
        hits = await self._client.search_page(self._index, newest)
        self.is_loaded = True
        self.advance(map(manifest_from_hit, hits))

    def advance(self, manifests: Iterable[Manifest]) -> None:
        self.latest = max([self.latest, *map(Position.of, manifests)])
