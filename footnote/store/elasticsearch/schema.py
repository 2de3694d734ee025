"""The indices of Footnote in Elasticsearch, every field pinned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_KEYWORD = {"type": "keyword"}
_DATE = {"type": "date"}
_KEPT = {"type": "keyword", "index": False, "doc_values": False}
_KEPT_NUMBER = {"type": "long", "index": False, "doc_values": False}

SETTINGS = {"auto_expand_replicas": "0-1"}


@dataclass(frozen=True, slots=True)
class Names:
    """What the indices are called, all with one prefix."""

    prefix: str

    @property
    def chunks(self) -> str:
        """Alias of the live generation."""
        return f"{self.prefix}-chunks"

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
        "index": _KEYWORD,
        "chunks": _KEPT_NUMBER,
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
    "properties": {
        "document": _KEYWORD,
        "uri": _KEPT,
        "key": _KEPT,
        "staged": {"type": "object", "enabled": False},
    },
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
            "ordinal": _KEPT_NUMBER,
            "text": searched,
            "context": searched,
            "words": {"type": "text", "analyzer": "english"},
            "headings": _KEPT,
            "page": _KEPT_NUMBER,
            "start": _KEPT_NUMBER,
            "end": _KEPT_NUMBER,
            "vector": {
                "type": "dense_vector",
                "dims": dimensions,
                "index": True,
                "similarity": "cosine",
                "index_options": {"type": "int8_hnsw", "m": 16, "ef_construction": 100},
            },
        },
    }
