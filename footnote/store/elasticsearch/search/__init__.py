"""Search of one query in Elasticsearch, consistent with what is committed now."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from footnote.errors import FootnoteError, Unavailable
from footnote.store import Generation, Manifest, Query, SearchResult
from footnote.store.elasticsearch.client import existing
from footnote.store.elasticsearch.client.batching import QueryBatcher
from footnote.store.elasticsearch.client.errors import is_transient, reason
from footnote.store.elasticsearch.documents.serialization import (
    ChunkId,
    has_current_filter_fields,
    manifest_from_hit,
    passage_from_source,
)
from footnote.store.elasticsearch.documents.watermark import Position, Watermark
from footnote.store.elasticsearch.indices.generations import Generations
from footnote.store.elasticsearch.indices.schema import Names
from footnote.store.elasticsearch.search.candidates import (
    Candidates,
    Ranking,
    SearchFailed,
    parse_responses,
    search_bodies,
)
from footnote.store.elasticsearch.search.queries import matches
from footnote.store.fusion import Fusion
from footnote.store.generations import generation_for

MAX_ROUNDS = 10
EXCLUDED_FIELDS = ["vector", "gap", "marks", "words"]
"""Fields of a chunk that no passage shows; a gap may be long."""


@dataclass(frozen=True, slots=True)
class Committed:
    """Documents and chunks read in real time, not as of the last refresh."""

    manifests: dict[str, Manifest]
    """Of documents that the generation has and the reader may see."""
    chunks: dict[ChunkId, Any]

    def version(self, document: str) -> str | None:
        """The version that may be shown; None if none may."""
        manifest = self.manifests.get(document)
        return manifest.version if manifest else None

    def may_show(self, chunk: ChunkId) -> bool:
        return chunk in self.chunks and self.version(chunk.document) == chunk.version

    def any_after(self, position: Position, documents: Collection[str]) -> bool:
        """Whether one of the documents was committed after the position."""
        return any(Position.of(self.manifests[document]) > position for document in documents)

    def stale(self) -> set[str]:
        """Documents with chunks that do not have the manifest's filter fields yet."""
        return {
            document
            for document, manifest in self.manifests.items()
            if not has_current_filter_fields(manifest)
        }


class Search:
    """Searches in rounds until the result is consistent with the committed manifests.

    A search sees chunks as of the last refresh, so it may find versions that are not committed yet or
    no longer, or only a part of one that is committed before its manifest is read. Chunks are refreshed
    before their manifest is committed, so a search that begins after the commit finds the whole version.
    Each round therefore reads the manifests of what it found, and the next round leaves out what turned
    out to be outdated. The last round finds nothing outdated, and nothing committed after it began.

    The filter fields of chunks are updated one by one. Until that is complete, a stale document is not
    filtered by Elasticsearch, but by its manifest.
    """

    def __init__(
        self,
        batcher: QueryBatcher,
        names: Names,
        generations: Generations,
        watermark: Watermark,
        fusion: Fusion,
        query: Query,
    ) -> None:
        self._batcher = batcher
        self._names = names
        self._generations = generations
        self._watermark = watermark
        self._fusion = fusion
        self._query = query
        self._versions: dict[str, str | None] = {}
        """The versions of documents that were outdated in earlier rounds, as in `queries.scope`."""
        self._stale: set[str] = set()
        self._took = 0.0

    async def run(self) -> SearchResult:
        if not self._watermark.is_loaded:
            await asyncio.gather(self._watermark.load(), self._generations.cached())
        for _ in range(MAX_ROUNDS):
            began = self._watermark.latest
            generation = generation_for(self._query, await self._generations.cached())
            found = await self._candidates(generation)
            if await self._was_switched(generation, found):
                continue
            best = found.best(self._fusion, self._query.top_k)
            documents = self._documents_to_check(best, found)
            committed = await self._read_committed(generation, best, documents)
            if self._is_consistent(best, committed, began):
                return self._result(generation, found, best, committed)
            self._exclude_outdated(found, documents, committed)
        raise Unavailable("The documents in question are changing too fast to be read.")

    async def _candidates(self, generation: Generation) -> Candidates:
        bodies = search_bodies(self._query, self._versions, self._stale)
        index = self._query.index or self._names.chunks
        answer = await self._batcher.search([(index, body) for body in bodies.values()])
        self._took += answer.took
        try:
            return parse_responses(dict(zip(bodies, answer.responses, strict=True)))
        except SearchFailed as failure:
            if is_transient(failure.status, failure.error):
                raise Unavailable(f"Elasticsearch cannot search now: {reason(failure.error)}.") from None
            if generation_for(self._query, await self._generations.load()) == generation:
                raise FootnoteError(f"Elasticsearch cannot search: {reason(failure.error)}.") from None
            return Candidates()

    async def _was_switched(self, generation: Generation, found: Candidates) -> bool:
        """Whether another generation went live since `generation` was looked up."""
        if found.indices == {generation.name}:
            return False
        return generation_for(self._query, await self._generations.load()) != generation

    def _documents_to_check(self, best: Ranking, found: Candidates) -> set[str]:
        """The documents of the best candidates; of all candidates once some were outdated."""
        documents = {chunk.document for chunk, _ in best}
        if self._versions:
            documents |= self._versions.keys() | {chunk.document for chunk in found.all()}
        return documents

    async def _read_committed(
        self, generation: Generation, best: Ranking, documents: Collection[str]
    ) -> Committed:
        wanted: list[Any] = [
            {"_index": self._names.manifests, "_id": document} for document in documents
        ]
        for chunk, _ in best:
            source = {"excludes": EXCLUDED_FIELDS}
            wanted.append({"_index": generation.name, "_id": str(chunk), "_source": source})
        if not wanted:
            return Committed({}, {})
        docs = {doc["_id"]: doc for doc in existing(await self._batcher.get(wanted))}
        manifests = [manifest_from_hit(docs[document]) for document in documents if document in docs]
        self._watermark.advance(manifests)
        return Committed(
            {each.id: each for each in manifests if self._may_show(each, generation)},
            {chunk: docs[str(chunk)]["_source"] for chunk, _ in best if str(chunk) in docs},
        )

    def _may_show(self, manifest: Manifest, generation: Generation) -> bool:
        unfiltered = manifest.id in self._stale or not has_current_filter_fields(manifest)
        return (
            generation.name in manifest.chunk_counts
            and manifest.readable_by(self._query.groups)
            and (not unfiltered or matches(self._query.filter, manifest))
        )

    def _is_consistent(self, best: Ranking, committed: Committed, began: Position) -> bool:
        """Whether the round searched by the versions that are committed, all before it began."""
        outdated = any(
            committed.version(document) != version for document, version in self._versions.items()
        )
        return (
            not outdated
            and all(committed.may_show(chunk) for chunk, _ in best)
            and not committed.any_after(began, {chunk.document for chunk, _ in best})
            and committed.stale() <= self._stale
        )

    def _exclude_outdated(
        self, found: Candidates, documents: Collection[str], committed: Committed
    ) -> None:
        """Set what the next round leaves out."""
        outdated = {
            chunk.document
            for chunk in found.all()
            if chunk.document in documents and chunk.version != committed.version(chunk.document)
        }
        self._stale |= committed.stale()
        for document in outdated | self._versions.keys():
            self._versions[document] = committed.version(document)

    def _result(
        self, generation: Generation, found: Candidates, best: Ranking, committed: Committed
    ) -> SearchResult:
        passages = [
            passage_from_source(
                committed.manifests[chunk.document],
                committed.chunks[chunk],
                score,
                found.cosines.get(str(chunk)),
            )
            for chunk, score in best
        ]
        return SearchResult(passages, generation, found.coverages(best), self._took, found.unknown)
