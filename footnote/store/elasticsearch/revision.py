"""What tells that the index changed: how many writes of manifests there were, as shards count them, and
at which of their commits to disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.schema import Names
from footnote.store.elasticsearch.wire import target

_SHARDS = "indices.*.shards.*"
COUNTED = ",".join(
    (
        "indices.*.uuid",
        f"{_SHARDS}.routing",
        f"{_SHARDS}.seq_no",
        f"{_SHARDS}.commit.id",
        f"{_SHARDS}.retention_leases.primary_term",
    )
)
UNKNOWN = (403, 404)
"""Statuses: the key may not ask, or nothing was indexed yet."""


class Revision:
    def __init__(self, client: Client, names: Names) -> None:
        self._client = client
        self._names = names

    async def read(self) -> str | None:
        """The live index, and how many writes there were of manifests; None while one is under way.

        A write that some copy of a shard lacks is under way: who reads it may see it, or not yet.
        """
        both = f"{self._names.chunks},{self._names.manifests}"
        where = target(both, "_stats", "get", level="shards", filter_path=COUNTED)
        answer = await self._client("GET", where, known=UNKNOWN)
        indices = answer.get("indices", {})
        written = _written(indices.pop(self._names.manifests, {}))
        if not written or not all(written) or not indices:
            return None
        live = ",".join(sorted(indices))
        return f"{live} {' '.join(sorted(filter(None, written)))}"

    async def replace(self) -> None:
        """By a commit to disk, whose id was never before: none from now on is as one that was read.

        Whoever moves an alias may do that, and write no document.
        """
        await self._client("POST", target(self._names.manifests, "_flush", force="true"))


def _written(manifests: Mapping[str, Any]) -> list[str | None]:
    """Of each shard, None where it cannot be told."""
    shards = manifests.get("shards", {}).items()
    return [_settled(manifests["uuid"], shard, list(_primaries(copies))) for shard, copies in shards]


def _primaries(copies: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (copy for copy in copies if copy["routing"]["primary"])


def _settled(index: str, shard: str, primaries: Sequence[Mapping[str, Any]]) -> str | None:
    if len(primaries) != 1:
        return None
    (primary,) = primaries
    writes = primary["seq_no"]
    if writes["max_seq_no"] != writes["global_checkpoint"]:
        return None
    term = primary.get("retention_leases", {}).get("primary_term")
    node = primary["routing"]["node"]
    return f"{index}/{shard}@{node}/{term}:{writes['max_seq_no']}/{primary['commit']['id']}"
