"""Passages for a question: its vector from embed, then the passages from retrieve."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

from footnote.calls import http
from footnote.calls.embeddings import embed
from footnote.contracts import IndexRevision, RetrieveRequest, RetrieveResponse
from footnote.errors import DeadlinePassed, FootnoteError, NotFound
from footnote.revision_cache import RevisionCache
from functions.answer import metrics, outage
from functions.answer.retrieval.cache import RetrievalCache
from functions.answer.timings import Timings

log = logging.getLogger("footnote.answer")

IDLE = 45.0
"""Seconds without a question after which retrieve may have scaled to zero."""

REVISION_TIMEOUT = 2.0
"""Seconds in which retrieve returns the revision of the index, unless it has to start."""

KEYWORDS_ONLY = "The embedding model cannot be reached: the documents were searched by keywords only."


@dataclass(slots=True)
class Retrieved:
    response: RetrieveResponse
    notices: list[str]


class Retriever:
    """Wakes retrieve while embed works, so that their cold starts overlap."""

    def __init__(
        self, embed_url: str, retrieve_url: str, timeout: float = 20, cache_size: int = 0
    ) -> None:
        """`timeout`: seconds for each of the two, with its cold start; `cache_size`: in responses."""
        self.embed_url = embed_url
        self.retrieve_url = retrieve_url
        self.timeout = timeout
        self.revision_timeout = REVISION_TIMEOUT
        self.cache = RetrievalCache(RevisionCache(self._revision), cache_size)
        self.model: str | None = None
        """The model of the index in retrieve's last response. If another index is live since, retrieve
        embeds the query again."""
        self.last_used = float("-inf")
        self.waking: asyncio.Task[None] | None = None

    async def retrieve(self, request: RetrieveRequest, timings: Timings) -> Retrieved:
        """Without embed it searches by keywords. Raises Unavailable when retrieve does not answer."""
        with timings.measure("retrieve"):
            cached = await self.cache.get(request)
        if cached is not None:
            self.last_used = time.monotonic()
            return Retrieved(cached, [])
        return await self._search(request, timings)

    async def _search(self, request: RetrieveRequest, timings: Timings) -> Retrieved:
        self._wake_if_idle()
        original, notices = request, []
        if request.mode != "keyword":
            with timings.stage("embed"):
                vector = await self._vector(request.query)
            request = request.model_copy(update=vector or {"mode": "keyword"})
            notices = [] if vector else [KEYWORDS_ONLY]
        with timings.stage("retrieve"):
            response = await self._response(request)
        self.model = response.model or None
        self.last_used = time.monotonic()
        if not notices:
            self.cache.put(original, response)
        return Retrieved(response, notices)

    async def _revision(self) -> str | None:
        """None if it takes too long, which costs a search. That does not count against retrieve, which
        may be starting."""
        url = f"{self.retrieve_url}/revision"
        try:
            async with asyncio.timeout(self.revision_timeout):
                response = await http.call("GET", url, timeout=self.timeout)
        except TimeoutError:
            return None
        return IndexRevision.read(response, url).revision

    async def _response(self, request: RetrieveRequest) -> RetrieveResponse:
        body = request.model_dump(mode="json", exclude_none=True)
        url = f"{self.retrieve_url}/"
        with outage.reported_as("The documents cannot be searched now; ask again in a moment."):
            response = await http.call("POST", url, json=body, timeout=self.timeout)
            return RetrieveResponse.read(response, url)

    async def _vector(self, text: str) -> dict[str, object] | None:
        """`vector` and `model` of a request to retrieve, or None if embed fails."""
        try:
            embedded = await embed(
                self.embed_url, [text], self.model, input_type="query", timeout=self.timeout
            )
        except DeadlinePassed:
            raise
        except FootnoteError as error:
            if not error.retryable and not isinstance(error, NotFound):
                raise
            log.warning("embed failed: %s", error.message)
            metrics.FALLBACKS.labels("embed").inc()
            return None
        return {"vector": embedded.vectors[0].tolist(), "model": embedded.model}

    def _wake_if_idle(self) -> None:
        if time.monotonic() - self.last_used > IDLE and (self.waking is None or self.waking.done()):
            self.waking = asyncio.create_task(self._wake())

    async def _wake(self) -> None:
        """Not by `http.call`, whose circuit breaker a liveness probe must not close: retrieve may live
        and still not be able to search."""
        url = f"{self.retrieve_url}/health/liveness"
        try:
            async with asyncio.timeout(self.timeout):
                await http.connection_pool().request("GET", url, {})
        except (OSError, ValueError) as error:
            log.info("retrieve could not be woken: %s", error)
