"""Names, settings and explicit mappings of the store's indices in Elasticsearch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from footnote.store import Recipe

_KEYWORD = {"type": "keyword"}
_DATE = {"type": "date"}
_STORED = {"type": "keyword", "index": False, "doc_values": False}
_STORED_NUMBER = {"type": "long", "index": False, "doc_values": False}
_OPAQUE = {"type": "object", "enabled": False}

_WRITE_SUFFIX = "-Writing"
"""Index names cannot have capitals, so a write or a deletion through an alias whose index was dropped
never makes Elasticsearch create an index of that name."""
ALIAS_TIME = "%Y%m%dt%H%M%S"
"""Format of a time in the name of an alias."""

SETTINGS = {
    "auto_expand_replicas": "0-1",
    # How long a deletion is remembered, and keeps a late write from restoring the document.
    "gc_deletes": "10m",
    # Whatever an index template for all indices says: a pipeline would change documents, or refuse them.
    "default_pipeline": "_none",
    "final_pipeline": "_none",
    # The default of later versions: each segment is searched separately, however small it is.
    "merge.policy.floor_segment": "16mb",
}
FLAT: dict[str, Any] = {"type": "int8_flat"}
"""Index options for exact search, which compares every vector."""
GRAPH: dict[str, Any] = {"type": "int8_hnsw", "m": 16, "ef_construction": 100}
"""Index options for an HNSW graph."""
SHARED_SETTINGS = SETTINGS | {
    # With one shard, the sequence numbers of manifests tell which of two commits came first.
    "number_of_shards": 1,
    # Listings show what was refreshed; chunks are refreshed by every commit.
    "refresh_interval": "1s",
}


def write_alias(index: str) -> str:
    """The alias through which the index is written."""
    return index + _WRITE_SUFFIX


def write_target(index: str) -> dict[str, Any]:
    """Parameters of a bulk action that make it write to the index, and fail if that does not exist."""
    return {"_index": write_alias(index), "require_alias": True}


@dataclass(frozen=True, slots=True)
class Names:
    """Names of indices and aliases, all with one prefix."""

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
        """Prefix of the alias of a replaced generation; the rest is the time when it was replaced."""
        return f"{self.prefix}-before-"

    @property
    def lifecycle(self) -> str:
        """Lifecycle policy of a replaced generation, on clusters that have lifecycle management."""
        return f"{self.prefix}-superseded"

    @property
    def drift(self) -> str:
        """Prefix of the alias that holds the last drift report."""
        return f"{self.prefix}-drift-"

    @property
    def manifests(self) -> str:
        return f"{self.prefix}-manifests"

    @property
    def ledger(self) -> str:
        return f"{self.prefix}-ledger"


MANIFESTS: dict[str, Any] = {
    "dynamic": "strict",
    "date_detection": False,
    "properties": {
        "id": _KEYWORD,
        "uri": _STORED,
        "key": _KEYWORD,
        "state": _KEYWORD,
        "sequence": _STORED_NUMBER,
        "version": _STORED,
        "etag": _STORED,
        "digest": _STORED,
        "held": _OPAQUE,
        "title": _STORED,
        "content_type": _STORED,
        "size": _STORED_NUMBER,
        "groups": _STORED,
        "reason": _STORED,
        "modified_at": _DATE,
        "indexed_at": _DATE,
    },
}

LEDGER: dict[str, Any] = {
    "dynamic": "strict",
    "date_detection": False,
    "properties": {"document": _KEYWORD, "uri": _STORED, "key": _STORED, "staged": _OPAQUE},
}


def chunks(recipe: Recipe) -> dict[str, Any]:
    """The mapping of one generation, whose recipe is kept in its metadata."""
    searched = {"type": "text", "index": False, "copy_to": "words"}
    return {
        "dynamic": "strict",
        "date_detection": False,
        "_meta": recipe._asdict(),
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
            # Has the text and the context, and what `southeast_words` finds in them.
            "words": {"type": "text", "analyzer": "english"},
            "headings": _STORED,
            "page": _STORED_NUMBER,
            "start": _STORED_NUMBER,
            "end": _STORED_NUMBER,
            "gap": _STORED,
            "marks": _OPAQUE,
            "vector": vector(recipe.dimensions, FLAT),
        },
    }


def vector(dimensions: int, index_options: dict[str, Any]) -> dict[str, Any]:
    """The mapping of the vectors of one generation."""
    return {
        "type": "dense_vector",
        "dims": dimensions,
        "index": True,
        "similarity": "cosine",
        "index_options": index_options,
    }
