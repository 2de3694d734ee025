"""Conversion of manifests and chunks to Elasticsearch documents and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from footnote import vectors
from footnote.contracts import Passage
from footnote.store import Chunk, Manifest, Mark
from footnote.store.timestamps import iso_utc
from footnote.text.normalization import southeast_words


class ChunkId(NamedTuple):
    """Deterministic, so that staging the same chunk again overwrites it."""

    document: str
    version: str
    ordinal: int

    def __str__(self) -> str:
        return f"{self.document}.{self.version}.{self.ordinal}"

    @classmethod
    def parse(cls, id: str) -> ChunkId:
        document, _, rest = id.partition(".")
        version, _, ordinal = rest.rpartition(".")
        return cls(document, version, int(ordinal))


def chunk_ids(manifest: Manifest, index: str) -> list[ChunkId]:
    """Ids of the committed chunks in the generation `index`, in order."""
    count = manifest.chunk_counts.get(index, 0)
    return [ChunkId(manifest.id, manifest.version, ordinal) for ordinal in range(count)]


def manifest_to_source(manifest: Manifest) -> dict[str, Any]:
    source = asdict(manifest)
    del source["revision"], source["chunk_counts"]
    return source | {
        "held": dict(manifest.chunk_counts),
        "groups": list(manifest.groups),
        "modified_at": iso_utc(manifest.modified_at),
        "indexed_at": iso_utc(manifest.indexed_at),
    }


def manifest_from_hit(hit: Mapping[str, Any]) -> Manifest:
    """The manifest in a search hit or in a document of an _mget."""
    fields = dict(hit["_source"])
    modified = fields["modified_at"]
    fields |= {
        "chunk_counts": fields.pop("held"),
        "groups": tuple(fields["groups"]),
        "modified_at": datetime.fromisoformat(modified) if modified else None,
        "indexed_at": datetime.fromisoformat(fields["indexed_at"]),
        "revision": revision_of(hit),
    }
    return Manifest(**fields)


def revision_of(hit: Mapping[str, Any]) -> str:
    """The sequence number and primary term of a document, as a revision."""
    return f"{hit['_seq_no']}.{hit['_primary_term']}"


def if_unchanged(revision: str) -> dict[str, str | int]:
    """Parameters of a bulk action that make it fail unless the document is still at `revision`."""
    if not revision:
        return {"op_type": "create"}
    number, term = revision.split(".")
    return {"if_seq_no": int(number), "if_primary_term": int(term)}


def filter_fields(manifest: Manifest) -> dict[str, Any]:
    """The fields that every chunk copies from its manifest, so that a search can filter by them."""
    return {
        "key": manifest.key,
        "content_type": manifest.content_type,
        "modified_at": iso_utc(manifest.modified_at),
        "groups": list(manifest.groups),
    }


def has_current_filter_fields(manifest: Manifest) -> bool:
    """Whether all chunks have the manifest's filter fields; see `ElasticsearchStore.commit`."""
    return bool(manifest.etag)


def chunk_to_source(manifest: Manifest, chunk: Chunk) -> dict[str, Any]:
    words = southeast_words(f"{chunk.context}\n{chunk.text}")
    return ({"words": words} if words else {}) | {
        "document": manifest.id,
        "version": manifest.version,
        **filter_fields(manifest),
        "ordinal": chunk.ordinal,
        "text": chunk.text,
        "context": chunk.context,
        "headings": list(chunk.headings),
        "page": chunk.page,
        "start": chunk.start,
        "end": chunk.end,
        "vector": vectors.parse(chunk.vector),
        "gap": chunk.gap,
        "marks": [list(mark) for mark in chunk.marks],
    }


def chunk_from_source(source: Mapping[str, Any]) -> Chunk:
    """The chunk without its vector."""
    return Chunk(
        ordinal=source["ordinal"],
        text=source["text"],
        context=source["context"],
        headings=tuple(source["headings"]),
        page=source["page"],
        start=source["start"],
        end=source["end"],
        vector=(),
        gap=source["gap"],
        marks=tuple(Mark(*mark) for mark in source["marks"]),
    )


def passage_from_source(
    manifest: Manifest, source: Mapping[str, Any], score: float, cosine: float | None
) -> Passage:
    return Passage(
        document=manifest.id,
        uri=manifest.uri,
        version=manifest.version,
        title=manifest.title,
        headings=source["headings"],
        page=source["page"],
        start=source["start"],
        end=source["end"],
        text=source["text"],
        score=score,
        cosine=cosine,
    )
