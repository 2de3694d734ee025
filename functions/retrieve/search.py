"""Finds passages: the query's vector and the index it searches are always of one model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, suppress

from footnote import http, tracing
from footnote.contracts import EmbeddingsRequest, Filter, RetrieveRequest, RetrieveResponse
from footnote.errors import FingerprintMismatch, InvalidRequest, NotFound, Unavailable
from footnote.revisions import Revisions
from footnote.store import Found, Generation, Query, Store
from functions.retrieve import metrics

ATTEMPTS = 3
"""Times a search begins anew because another generation went live meanwhile."""

Embed = Callable[[str, str], Awaitable[tuple[Sequence[float], str]]]
"""Text and the model wanted to a vector and its model."""


class Search:
    def __init__(self, store: Store, embed: Embed) -> None:
        self._store = store
        self._embed = embed
        self.revisions = Revisions(store.revision)

    async def __call__(self, request: RetrieveRequest) -> RetrieveResponse:
        """The best passages; none before anything was indexed."""
        if request.vector is not None and request.model is None:
            raise InvalidRequest("vector: needs `model`, the fingerprint of the model it is of.")
        if request.vector is not None or request.mode == "keyword":
            with suppress(FingerprintMismatch):  # what is live need only be known for another vector
                return await self._search(request, request.vector, request.model)
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._attempt(request)
            except FingerprintMismatch:
                continue
        return await self._attempt(request)

    async def _attempt(self, request: RetrieveRequest) -> RetrieveResponse:
        generation = await self._store.live()
        if generation is None:
            return RetrieveResponse(hits=[], index="", coverage=0, took_ms=0)
        return await self._search(request, *await self._vector(request, generation))

    async def _search(
        self, request: RetrieveRequest, vector: Sequence[float] | None, model: str | None
    ) -> RetrieveResponse:
        # Before the search, which may then find what is later, and never what is earlier.
        revision = await self.revisions.known()
        with metrics.SEARCH_SECONDS.labels(request.mode).time(), _span() as span:
            found = await self._store.search(_query(request, vector, model))
            _describe(span, found)
        metrics.PASSAGES.observe(len(found.passages))
        return RetrieveResponse(
            hits=found.passages,
            index=found.generation.name,
            model=found.generation.model,
            coverage=found.coverage,
            took_ms=found.took_ms,
            revision=revision,
        )

    async def _vector(
        self, request: RetrieveRequest, generation: Generation
    ) -> tuple[Sequence[float] | None, str | None]:
        if request.mode == "keyword":
            return None, None
        if request.model == generation.model and request.vector is not None:
            return request.vector, request.model
        return await self._embed(request.query, generation.model)


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


def _describe(span: tracing.Span, found: Found) -> None:
    name = found.generation.name
    span.rename(f"retrieval {name}")
    span.set({"gen_ai.data_source.id": name, "footnote.passages": len(found.passages)})


def embed_at(url: str) -> Embed:
    """Ask the function embed, which answers at `url`."""

    async def embed(text: str, model: str) -> tuple[Sequence[float], str]:
        request = EmbeddingsRequest(input=text, model=model)
        body = request.model_dump(exclude_none=True)
        try:
            answer = await http.call("POST", f"{url}/v1/embeddings", json=body)
        except NotFound as error:
            raise Unavailable(f"embed lacks the model of the index: {error.message}") from None
        return answer["data"][0]["embedding"], answer["model"]

    return embed
