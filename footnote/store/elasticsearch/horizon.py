"""How far a reader knows the commits of an index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from footnote.store import Manifest
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.documents import manifest


class Moment(NamedTuple):
    """Of a commit, as Elasticsearch counts the writes of one shard: none is counted twice."""

    term: int
    number: int

    @classmethod
    def of(cls, manifest: Manifest) -> Moment:
        number, term = manifest.revision.split(".")
        return cls(int(term), int(number))


BEGINNING = Moment(0, -1)


class Horizon:
    """The latest commit that anyone saw who reads here: it, and all before it, were before now.

    So a search that begins now sees all chunks of these versions.
    """

    def __init__(self, client: Client, manifests: str) -> None:
        self._client = client
        self._index = manifests
        self.known = False
        self.latest = BEGINNING

    async def learn(self) -> None:
        """To be awaited once; what is seen from then on is near enough."""
        newest = {"sort": [{"_seq_no": "desc"}], "size": 1, "track_total_hits": False}
        hits = await self._client.listed(self._index, newest)
        self.known = True
        self.extend(map(manifest, hits))

    def extend(self, seen: Iterable[Manifest]) -> None:
        self.latest = max([self.latest, *map(Moment.of, seen)])
