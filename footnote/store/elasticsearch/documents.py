"""Manifests and chunks, to Elasticsearch documents and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from footnote import vectors
from footnote.contracts import Passage
from footnote.store import Chunk, Manifest, Mark
from footnote.store.times import moment


class ChunkId(NamedTuple):
    """Deterministic: staging the same chunk again overwrites it."""

    document: str
    version: str
    ordinal: int

    def __str__(self) -> str:
        return f"{self.document}.{self.version}.{self.ordinal}"

    @classmethod
    def parse(cls, id: str) -> ChunkId:
        """Of what it is as a string."""
        document, _, rest = id.partition(".")
        version, _, ordinal = rest.rpartition(".")
        return cls(document, version, int(ordinal))


def chunk_ids(manifest: Manifest, index: str) -> list[ChunkId]:
    """Of the committed chunks in the generation `index`, in order."""
    count = manifest.held.get(index, 0)
    return [ChunkId(manifest.id, manifest.version, ordinal) for ordinal in range(count)]


def manifest_source(manifest: Manifest) -> dict[str, Any]:
    source = asdict(manifest)
    del source["revision"]
    return source | {
        "held": dict(manifest.held),
        "groups": list(manifest.groups),
        "modified_at": moment(manifest.modified_at),
        "indexed_at": moment(manifest.indexed_at),
    }


def manifest(found: Mapping[str, Any]) -> Manifest:
    """From a get or a hit, whose sequence number and primary term are the revision."""
    source = found["_source"]
    modified = source["modified_at"]
    return Manifest(
        **{
            **source,
            "groups": tuple(source["groups"]),
            "modified_at": datetime.fromisoformat(modified) if modified else None,
            "indexed_at": datetime.fromisoformat(source["indexed_at"]),
            "revision": revision(found),
        }
    )


def settled(manifest: Manifest) -> bool:
    """Whether all chunks repeat what the manifest says; see the store's commit."""
    return bool(manifest.etag)


def revision(answer: Mapping[str, Any]) -> str:
    return f"{answer['_seq_no']}.{answer['_primary_term']}"


def condition(revision: str) -> dict[str, str | int]:
    """Of an action that fails unless the document is still at `revision`."""
    if not revision:
        return {"op_type": "create"}
    number, term = revision.split(".")
    return {"if_seq_no": int(number), "if_primary_term": int(term)}


def attributes(manifest: Manifest) -> dict[str, Any]:
    """What every chunk repeats of its manifest, so that a search can filter by it."""
    return {
        "key": manifest.key,
        "content_type": manifest.content_type,
        "modified_at": moment(manifest.modified_at),
        "groups": list(manifest.groups),
    }


def chunk_source(manifest: Manifest, chunk: Chunk) -> dict[str, Any]:
    return {
        "document": manifest.id,
        "version": manifest.version,
        **attributes(manifest),
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


def chunk(source: Mapping[str, Any]) -> Chunk:
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


def passage(
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
