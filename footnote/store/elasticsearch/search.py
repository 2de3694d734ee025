"""One question to Elasticsearch, answered with what is committed at this moment."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from footnote.errors import FootnoteError, Unavailable
from footnote.store import Found, Generation, Manifest, Query
from footnote.store.elasticsearch.asking import Asking
from footnote.store.elasticsearch.candidates import (
    Candidates,
    Ranking,
    SearchFailed,
    candidates,
    searches,
)
from footnote.store.elasticsearch.client import there
from footnote.store.elasticsearch.documents import ChunkId, manifest, passage, settled
from footnote.store.elasticsearch.generations import Generations
from footnote.store.elasticsearch.horizon import Horizon, Moment
from footnote.store.elasticsearch.queries import admits
from footnote.store.elasticsearch.refusals import passing, reason
from footnote.store.elasticsearch.schema import Names
from footnote.store.fusion import Fusion
from footnote.store.generations import asked_of

ROUNDS = 10
UNSHOWN = ["vector", "gap", "marks"]
"""What a chunk has that no passage shows: white space between two may be long."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What the store holds of some documents and chunks now, and not as of the last refresh."""

    manifests: dict[str, Manifest]
    """Those that the reader may see, of documents that the generation has."""
    chunks: dict[ChunkId, Any]

    def shows(self, chunk: ChunkId) -> bool:
        return chunk in self.chunks and self.version(chunk.document) == chunk.version

    def version(self, document: str) -> str | None:
        """The one that may be shown; None where none may."""
        manifest = self.manifests.get(document)
        return manifest.version if manifest else None

    def later(self, documents: Collection[str], moment: Moment) -> bool:
        """Whether one of them was committed after the moment."""
        return any(Moment.of(self.manifests[document]) > moment for document in documents)

    def unsettled(self) -> set[str]:
        return {document for document, manifest in self.manifests.items() if not settled(manifest)}


class Search:
    """Searches in rounds.

    A search sees chunks as of the last refresh, so it may find versions that are not committed, or no
    longer, or a part of one that is committed before its manifest is read. Chunks are refreshed before
    their manifest is committed: a search that begins after that finds its whole version. So what is
    found is held against the manifests, and searched again until nothing is outdated and nothing was
    committed after the search began. What chunks repeat of a manifest changes one by one; until all
    have it, their document is searched for by the manifest itself.
    """

    def __init__(
        self,
        asking: Asking,
        names: Names,
        generations: Generations,
        horizon: Horizon,
        fusion: Fusion,
        query: Query,
    ) -> None:
        self._asking = asking
        self._names = names
        self._generations = generations
        self._horizon = horizon
        self._fusion = fusion
        self._query = query
        self._current: dict[str, str | None] = {}
        self._unsettled: set[str] = set()
        self._took = 0.0

    async def run(self) -> Found:
        if not self._horizon.known:
            await asyncio.gather(self._horizon.learn(), self._generations.kept())
        for _ in range(ROUNDS):
            begun = self._horizon.latest
            generation = asked_of(await self._generations.kept(), self._query)
            found = await self._candidates(generation)
            if await self._changed(generation, found):
                continue
            best = found.best(self._fusion, self._query.top_k)
            documents = self._documents(best, found)
            committed = await self._committed(generation, best, documents)
            if self._agree(best, committed, begun):
                return self._found(generation, found, best, committed)
            self._learn(found, documents, committed)
        raise Unavailable("The documents in question are changing too fast to be read.")

    async def _candidates(self, generation: Generation) -> Candidates:
        bodies = searches(self._query, self._current, self._unsettled)
        index = self._query.index or self._names.chunks
        answered = await self._asking.search([(index, body) for body in bodies.values()])
        self._took += answered.took
        try:
            return candidates(dict(zip(bodies, answered.responses, strict=True)))
        except SearchFailed as failure:
            if passing(failure.status):
                raise Unavailable(f"Elasticsearch cannot search now: {reason(failure.error)}.") from None
            if asked_of(await self._generations.load(), self._query) == generation:
                raise FootnoteError(f"Elasticsearch cannot search: {reason(failure.error)}.") from None
            return Candidates()

    async def _changed(self, generation: Generation, found: Candidates) -> bool:
        """Whether another generation went live meanwhile."""
        if found.indices == {generation.name}:
            return False
        return asked_of(await self._generations.load(), self._query) != generation

    def _documents(self, best: Ranking, found: Candidates) -> set[str]:
        """Whose manifests to read: of the best, and of all once some proved to be outdated."""
        documents = {chunk.document for chunk, _ in best}
        if self._current:
            documents |= self._current.keys() | {chunk.document for chunk in found.all()}
        return documents

    async def _committed(
        self, generation: Generation, best: Ranking, documents: Collection[str]
    ) -> Committed:
        wanted: list[Any] = [
            {"_index": self._names.manifests, "_id": document} for document in documents
        ]
        for chunk, _ in best:
            source = {"excludes": UNSHOWN}
            wanted.append({"_index": generation.name, "_id": str(chunk), "_source": source})
        if not wanted:
            return Committed({}, {})
        found = {doc["_id"]: doc for doc in there(await self._asking.get(wanted))}
        manifests = [manifest(found[document]) for document in documents if document in found]
        self._horizon.extend(manifests)
        return Committed(
            {known.id: known for known in manifests if self._may_show(known, generation)},
            {chunk: found[str(chunk)]["_source"] for chunk, _ in best if str(chunk) in found},
        )

    def _may_show(self, manifest: Manifest, generation: Generation) -> bool:
        by_itself = manifest.id in self._unsettled or not settled(manifest)
        return (
            generation.name in manifest.held
            and manifest.readable(self._query.groups)
            and (not by_itself or admits(self._query.filter, manifest))
        )

    def _agree(self, best: Ranking, committed: Committed, begun: Moment) -> bool:
        """Whether the search went by what is committed, and all of it was when it began."""
        outdated = any(
            committed.version(document) != version for document, version in self._current.items()
        )
        return (
            not outdated
            and all(committed.shows(chunk) for chunk, _ in best)
            and not committed.later({chunk.document for chunk, _ in best}, begun)
            and committed.unsettled() <= self._unsettled
        )

    def _learn(self, found: Candidates, documents: Collection[str], committed: Committed) -> None:
        """Note what to leave out of the next search."""
        wrong = {
            chunk.document
            for chunk in found.all()
            if chunk.document in documents and chunk.version != committed.version(chunk.document)
        }
        self._unsettled |= committed.unsettled()
        for document in wrong | self._current.keys():
            self._current[document] = committed.version(document)

    def _found(
        self, generation: Generation, found: Candidates, best: Ranking, committed: Committed
    ) -> Found:
        passages = [
            passage(
                committed.manifests[chunk.document],
                committed.chunks[chunk],
                score,
                found.cosines.get(str(chunk)),
            )
            for chunk, score in best
        ]
        return Found(passages, generation, found.coverage(best), self._took)
