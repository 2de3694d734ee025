"""The indices of Footnote in Elasticsearch, every field pinned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_KEYWORD = {"type": "keyword"}
_DATE = {"type": "date"}
_KEPT = {"type": "keyword", "index": False, "doc_values": False}
_KEPT_NUMBER = {"type": "long", "index": False, "doc_values": False}
_OPAQUE = {"type": "object", "enabled": False}

_WRITING = "-Writing"
"""How the alias ends by which an index is written. No index has capitals in its name: so where the index
is gone, Elasticsearch makes none in its place, neither to write to it nor to delete from it."""

SETTINGS = {
    "auto_expand_replicas": "0-1",
    # How late a request may arrive without bringing back what was removed meanwhile.
    "gc_deletes": "10m",
    # As later versions do by themselves: every segment is searched apart, however small it is.
    "merge.policy.floor_segment": "16mb",
}
# One shard counts its writes, so it can be told which of two commits was before the other.
COMMON = SETTINGS | {"number_of_shards": 1}


def writing(index: str) -> str:
    """The alias by which the index is written."""
    return index + _WRITING


def within(index: str) -> dict[str, Any]:
    """Where an action of a bulk request writes: to the index, if it is there."""
    return {"_index": writing(index), "require_alias": True}


@dataclass(frozen=True, slots=True)
class Names:
    """What the indices are called, all with one prefix."""

    prefix: str

    @property
    def chunks(self) -> str:
        """Alias of the live generation."""
        return f"{self.prefix}-chunks"

    @property
    def next(self) -> str:
        """Alias of a generation that was never live."""
        return f"{self.prefix}-next"

    @property
    def before(self) -> str:
        """How the alias of one that was live begins; it ends with the time when that ended."""
        return f"{self.prefix}-before-"

    @property
    def lifecycle(self) -> str:
        """The policy by which a generation that was live ages, where there are such policies."""
        return f"{self.prefix}-superseded"

    @property
    def drift(self) -> str:
        """How the alias begins that reports how the index differed from the bucket."""
        return f"{self.prefix}-drift-"

    @property
    def manifests(self) -> str:
        return f"{self.prefix}-manifests"

    @property
    def ledger(self) -> str:
        """Which versions of a document have chunks: a writer may not search for them."""
        return f"{self.prefix}-ledger"


MANIFESTS: dict[str, Any] = {
    "dynamic": "strict",
    "date_detection": False,
    "properties": {
        "id": _KEYWORD,
        "uri": _KEPT,
        "key": _KEYWORD,
        "state": _KEYWORD,
        "sequence": _KEPT_NUMBER,
        "version": _KEPT,
        "etag": _KEPT,
        "digest": _KEPT,
        "held": _OPAQUE,
        "title": _KEPT,
        "content_type": _KEPT,
        "size": _KEPT_NUMBER,
        "groups": _KEPT,
        "reason": _KEPT,
        "modified_at": _DATE,
        "indexed_at": _DATE,
    },
}

LEDGER: dict[str, Any] = {
    "dynamic": "strict",
    "date_detection": False,
    "properties": {"document": _KEYWORD, "uri": _KEPT, "key": _KEPT, "staged": _OPAQUE},
}


def chunks(dimensions: int, made_with: dict[str, Any]) -> dict[str, Any]:
    """The mapping of one generation; `made_with` says which."""
    searched = {"type": "text", "index": False, "copy_to": "words"}
    return {
        "dynamic": "strict",
        "date_detection": False,
        "_meta": made_with,
        "properties": {
            "document": _KEYWORD,
            "version": _KEYWORD,
            "key": _KEYWORD,
            "content_type": _KEYWORD,
            "modified_at": _DATE,
            "groups": _KEYWORD,
            "ordinal": {"type": "integer", "index": False},
            "text": searched,
            "context": searched,
            "words": {"type": "text", "analyzer": "english"},
            "headings": _KEPT,
            "page": _KEPT_NUMBER,
            "start": _KEPT_NUMBER,
            "end": _KEPT_NUMBER,
            "gap": _KEPT,
            "marks": _OPAQUE,
            "vector": {
                "type": "dense_vector",
                "dims": dimensions,
                "index": True,
                "similarity": "cosine",
                "index_options": {"type": "int8_hnsw", "m": 16, "ef_construction": 100},
            },
        },
    }
