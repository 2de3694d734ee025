"""Manifests of indexed objects for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from footnote.bucket.folder import Folder
from footnote.store import Manifest, State, Store, document_id

NOTHING: Mapping[str, int] = {}


def make_manifest(
    uri: str,
    key: str,
    etag: str = "",
    state: State = "indexed",
    chunk_counts: Mapping[str, int] = NOTHING,
) -> Manifest:
    return Manifest(
        id=document_id(uri),
        uri=uri,
        key=key,
        state=state,
        sequence=1,
        version="00000001.none",
        etag=etag,
        digest="",
        chunk_counts=chunk_counts,
        title=key,
        content_type="text/markdown",
        size=1,
        groups=(),
        reason=None,
        modified_at=None,
        indexed_at=datetime.now(UTC),
    )


async def commit_manifest(store: Store, uri: str, key: str, etag: str, state: State = "indexed") -> None:
    await store.commit(make_manifest(uri, key, etag, state))


async def commit_all(folder: Folder, store: Store) -> None:
    async for info in folder.list():
        await commit_manifest(store, folder.uri_of(info.key), info.key, info.etag)
