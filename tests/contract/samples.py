"""Sample documents for stores, embedded so that similar texts have near vectors."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from footnote.contracts import DriftReport, Filter, Passage
from footnote.store import (
    Chunk,
    Generation,
    Manifest,
    Mode,
    Query,
    Recipe,
    SearchResult,
    Store,
    document_id,
)

MODEL = "bag-of-words-64"
DIMENSIONS = 64
CHUNKING = "wordpieces-250-50"
RECIPE = Recipe(MODEL, DIMENSIONS, CHUNKING)
NOON = datetime(2026, 1, 2, 12, 0, 0, 250_000, tzinfo=UTC)
REPORT = DriftReport(compared_at=NOON, new=0, changed=0, gone=0, behind=0, leftovers=0)


def embed(text: str) -> list[float]:
    """Hashed bag of words as a vector of unit length."""
    vector = [0.01] * DIMENSIONS
    for word in text.lower().split():
        vector[hashlib.sha256(word.encode(errors="replace")).digest()[0] % DIMENSIONS] += 1
    length = math.hypot(*vector)
    return [value / length for value in vector]


def uri(key: str) -> str:
    return f"file:///bucket/{key}"


def unknown(key: str) -> Manifest:
    """The manifest of an object before its first commit."""
    return Manifest(
        id=document_id(uri(key)),
        uri=uri(key),
        key=key,
        state="deleted",
        sequence=0,
        version="00000000.none",
        etag="",
        digest="",
        chunk_counts={},
        title="",
        content_type="",
        size=0,
        groups=(),
        reason=None,
        modified_at=None,
        indexed_at=NOON,
    )


def following(
    before: Manifest, generation: Generation, texts: Sequence[str], **changes: Any
) -> Manifest:
    """The manifest to commit for `texts` as the new content."""
    digest = hashlib.sha256("\n".join(texts).encode(errors="replace")).hexdigest()
    sequence = before.sequence + 1
    manifest = replace(
        before,
        state="indexed",
        sequence=sequence,
        version=f"{sequence:08d}.{digest[:12]}",
        etag=digest[:8],
        digest=digest,
        chunk_counts={generation.name: len(texts)} if texts else {},
        title=f"Title of {before.key}",
        content_type="text/plain",
        size=sum(map(len, texts)),
        modified_at=NOON,
        indexed_at=NOON,
    )
    return replace(manifest, **changes)


def without_content(before: Manifest, state: Any = "deleted", reason: str | None = None) -> Manifest:
    sequence = before.sequence + 1
    return replace(
        before,
        state=state,
        sequence=sequence,
        version=f"{sequence:08d}.none",
        etag="",
        digest="",
        chunk_counts={},
        reason=reason,
    )


def chunks(texts: Sequence[str], context: str = "Title") -> list[Chunk]:
    made, start = [], 0
    for ordinal, text in enumerate(texts):
        vector = embed(f"{context} {text}")
        made.append(
            Chunk(ordinal, text, context, ("A", "B"), ordinal + 1, start, start + len(text), vector)
        )
        start += len(text)
    return made


async def put(
    store: Store, generation: Generation, key: str, *texts: str, context: str = "Title", **changes: Any
) -> Manifest:
    """Stage and commit `texts` as the content of the document, without concurrent writers."""
    before = await store.manifest(document_id(uri(key))) or unknown(key)
    manifest = following(before, generation, texts, **changes)
    await store.stage(manifest, chunks(texts, context), generation)
    return await store.commit(manifest)


async def ask(
    store: Store,
    text: str,
    mode: Mode = "hybrid",
    *,
    top_k: int = 10,
    groups: Sequence[str] = (),
    **filter: Any,
) -> SearchResult:
    query = Query(
        text=text,
        mode=mode,
        vector=embed(text),
        model=MODEL,
        top_k=top_k,
        filter=Filter(**filter),
        groups=frozenset(groups),
    )
    return await store.search(query)


async def keys(store: Store, text: str, mode: Mode = "hybrid", **options: Any) -> set[str]:
    """Keys of the documents that a search finds."""
    return {key(passage) for passage in (await ask(store, text, mode, **options)).passages}


async def texts(store: Store, text: str, mode: Mode = "hybrid", **options: Any) -> list[str]:
    return [passage.text for passage in (await ask(store, text, mode, **options)).passages]


def key(passage: Passage) -> str:
    return passage.uri.removeprefix("file:///bucket/")
