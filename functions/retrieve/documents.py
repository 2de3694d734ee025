"""Lists the documents of the index, and shows one with its passages."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

from pydantic import Field

from footnote.contracts import (
    DocumentDetail,
    DocumentList,
    DocumentPassage,
    DocumentSummary,
    RequestModel,
)
from footnote.errors import NotFound, Unavailable
from footnote.store import Chunk, Manifest, State, Store

ATTEMPTS = 5
"""Attempts to read a document and its passages in the same version."""


class ListParameters(RequestModel):
    """The parameters of GET /documents."""

    state: State | None = None
    prefix: str = ""
    after: str = ""
    limit: int = Field(100, ge=1, le=1000)
    groups: list[str] = Field([])


async def list_documents(store: Store, parameters: ListParameters) -> DocumentList:
    """One page of the documents that a reader in the given groups may see, by id."""
    groups, live, drift = frozenset(parameters.groups), await store.live(), await store.drift_report()
    found: list[DocumentSummary] = []
    manifests = store.manifests(state=parameters.state, after=parameters.after, prefix=parameters.prefix)
    async with aclosing(manifests):
        async for manifest in manifests:
            if not manifest.readable_by(groups):
                continue
            if len(found) == parameters.limit:
                return DocumentList(documents=found, next=found[-1].id, drift=drift)
            found.append(manifest.summary(live))
    return DocumentList(documents=found, next=None, drift=drift)


async def show_document(store: Store, document: str, groups: frozenset[str]) -> DocumentDetail:
    """One document with its passages. Raises NotFound, also if the groups may not read it, and
    Unavailable."""
    manifest = await _manifest(store, document, groups)
    for _ in range(ATTEMPTS):
        chunks = await store.chunks(document, groups)
        before, manifest = manifest, await _manifest(store, document, groups)
        if manifest.version == before.version:
            known = manifest.summary(await store.live())
            passages = [_passage(chunk) for chunk in chunks]
            return DocumentDetail(**dict(known), outline=_outline(chunks), passages=passages)
    raise Unavailable(f"Document {document} is changing too fast to be read.")


async def _manifest(store: Store, document: str, groups: frozenset[str]) -> Manifest:
    manifest = await store.manifest(document)
    if manifest is None or not manifest.readable_by(groups):
        raise NotFound(f"There is no document {document}.")
    return manifest


def _outline(chunks: Sequence[Chunk]) -> list[str]:
    return [mark.title for chunk in chunks for mark in chunk.marks if mark.level]


def _passage(chunk: Chunk) -> DocumentPassage:
    return DocumentPassage(
        ordinal=chunk.ordinal,
        page=chunk.page,
        headings=list(chunk.headings),
        start=chunk.start,
        end=chunk.end,
        text=chunk.text,
    )
