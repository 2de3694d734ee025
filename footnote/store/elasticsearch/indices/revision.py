"""Revision of the index, derived from the write counters of the manifests' shards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.client.transport import target
from footnote.store.elasticsearch.indices.schema import Names

_SHARDS = "indices.*.shards.*"
FIELDS = ",".join(
    (
        "indices.*.uuid",
        f"{_SHARDS}.routing",
        f"{_SHARDS}.seq_no",
        f"{_SHARDS}.commit.id",
        f"{_SHARDS}.retention_leases.primary_term",
    )
)
UNAVAILABLE = (403, 404)
"""Statuses if the key may not read statistics, or nothing was indexed yet."""


class Revision:
    def __init__(self, client: Client, names: Names) -> None:
        self._client = client
        self._names = names

    async def read(self) -> str | None:
        """The live index and the writes of manifests so far; None while a write is under way.

        A write is under way until every copy of its shard has it: some readers see it, others do not.
        """
        indices = f"{self._names.chunks},{self._names.manifests}"
        where = target(indices, "_stats", "get", level="shards", filter_path=FIELDS)
        answer = await self._client.request("GET", where, accepted=UNAVAILABLE)
        stats = answer.get("indices", {})
        shards = _shard_revisions(stats.pop(self._names.manifests, {}))
        if not shards or not all(shards) or not stats:
            return None
        live = ",".join(sorted(stats))
        return f"{live} {' '.join(sorted(filter(None, shards)))}"

    async def invalidate(self) -> None:
        """Flush, so that no earlier revision ever returns: it creates a Lucene commit with a new id.

        A key that may move an alias may do this, but may not write documents.
        """
        await self._client.request("POST", target(self._names.manifests, "_flush", force="true"))


def _shard_revisions(index: Mapping[str, Any]) -> list[str | None]:
    """The revision of each shard; None for a shard with a write under way or no single primary."""
    shards = index.get("shards", {}).items()
    return [_shard_revision(index["uuid"], shard, list(_primaries(copies))) for shard, copies in shards]


def _primaries(copies: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (copy for copy in copies if copy["routing"]["primary"])


def _shard_revision(index: str, shard: str, primaries: Sequence[Mapping[str, Any]]) -> str | None:
    if len(primaries) != 1:
        return None
    (primary,) = primaries
    writes = primary["seq_no"]
    if writes["max_seq_no"] != writes["global_checkpoint"]:
        return None
    term = primary.get("retention_leases", {}).get("primary_term")
    node = primary["routing"]["node"]
    return f"{index}/{shard}@{node}/{term}:{writes['max_seq_no']}/{primary['commit']['id']}"
