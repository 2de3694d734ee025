"""Passage search: the query's vector and the index that it searches are always of one model."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, suppress

from footnote import tracing
from footnote.calls import embeddings
from footnote.contracts import Filter, RetrieveRequest, RetrieveResponse
from footnote.errors import (
    FingerprintMismatch,
    FootnoteError,
    InvalidRequest,
    NotFound,
    Unavailable,
)
from footnote.revision_cache import RevisionCache
from footnote.store import Generation, Query, SearchResult, Store
from functions.retrieve import metrics
from functions.retrieve.reranking import Reranker, truncate

log = logging.getLogger("footnote.retrieve")

ATTEMPTS = 3
"""Attempts at a search, each of which fails if another generation goes live meanwhile."""

Embed = Callable[[str, str], Awaitable[tuple[Sequence[float], str]]]
"""From a text and the fingerprint of a model to a vector and its model."""


class Search:
    def __init__(self, store: Store, embed: Embed, reranker: Reranker | None = None) -> None:
        self._store = store
        self._embed = embed
        self._reranker = reranker
        self.revisions = RevisionCache(store.revision)

    async def __call__(self, request: RetrieveRequest) -> RetrieveResponse:
        """The best passages, or none if nothing was ever indexed.

        Raises InvalidRequest for a vector without its model, and Unavailable.
        """
        if request.vector is not None and request.model is None:
            raise InvalidRequest("vector: requires `model`, the fingerprint of the model that made it.")
        if request.vector is not None or request.mode == "keyword":
            # The live generation matters only if the vector is of another model.
            with suppress(FingerprintMismatch):
                return await self._search(request, request.vector, request.model)
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._search_live(request)
            except FingerprintMismatch:
                continue
        return await self._search_live(request)

    async def _search_live(self, request: RetrieveRequest) -> RetrieveResponse:
        generation = await self._store.live()
        if generation is None:
            return RetrieveResponse(hits=[], index="", coverage=0, took_ms=0)
        return await self._search(request, *await self._vector(request, generation))

    async def _search(
        self, request: RetrieveRequest, vector: Sequence[float] | None, model: str | None
    ) -> RetrieveResponse:
        # Read before the search, so that the result is never older than the revision says.
        revision = await self.revisions.cached()
        result, complete = await self._find(_query(request, vector, model))
        metrics.PASSAGES.observe(len(result.passages))
        return RetrieveResponse(
            hits=result.passages,
            index=result.generation.name,
            model=result.generation.recipe.model,
            coverage=result.coverage,
            unknown=list(result.unknown),
            took_ms=result.took_ms,
            revision=revision if complete else None,
        )

    async def _find(self, query: Query) -> tuple[SearchResult, bool]:
        """The result, and whether its order is final: reranked, unless no reranking was due."""
        if self._reranker is None or query.mode != "hybrid":
            return await self._search_store(query), True
        result = await self._search_store(self._reranker.widen(query))
        try:
            reranked = await self._reranker(query, result)
        except FootnoteError as error:
            log.warning("passages were not reranked: %s", error.message)
            metrics.RERANKED.labels("no").inc()
            return truncate(result, query.top_k), False
        metrics.RERANKED.labels("yes").inc()
        return reranked, True

    async def _search_store(self, query: Query) -> SearchResult:
        with metrics.SEARCH_SECONDS.labels(query.mode).time(), _span() as span:
            result = await self._store.search(query)
            _describe(span, result)
        return result

    async def _vector(
        self, request: RetrieveRequest, generation: Generation
    ) -> tuple[Sequence[float] | None, str | None]:
        if request.mode == "keyword":
            return None, None
        return await self._embed(request.query, generation.recipe.model)


def _query(request: RetrieveRequest, vector: Sequence[float] | None, model: str | None) -> Query:
    return Query(
        text=request.query,
        mode=request.mode,
        vector=vector,
        model=model,
        top_k=request.top_k,
        filter=request.filter or Filter(),
        groups=frozenset(request.groups),
    )


def _span() -> AbstractContextManager[tracing.Span]:
    return tracing.span("retrieval", attributes={"gen_ai.operation.name": "retrieval"})


def _describe(span: tracing.Span, result: SearchResult) -> None:
    name = result.generation.name
    span.rename(f"retrieval {name}")
    span.set({"gen_ai.data_source.id": name, "footnote.passages": len(result.passages)})


def embed_client(url: str) -> Embed:
    """A client of the function embed at `url`. It raises Unavailable."""

    async def embed(text: str, model: str) -> tuple[Sequence[float], str]:
        try:
            embedded = await embeddings.embed(url, [text], model, input_type="query")
        except NotFound as error:
            raise Unavailable(f"embed does not serve the model of the index: {error.message}") from None
        return embedded.vectors[0], embedded.model

    return embed
