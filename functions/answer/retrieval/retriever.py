"""Passages for a question: its vector from embed, then the passages from retrieve."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

from footnote.calls import http
from footnote.calls.embeddings import embed
from footnote.contracts import IndexRevision, RetrieveRequest, RetrieveResponse
from footnote.errors import DeadlinePassed, FootnoteError, NotFound, Unavailable
from footnote.revision_cache import RevisionCache
from functions.answer import metrics
from functions.answer.retrieval.cache import RetrievalCache
from functions.answer.timings import Timings

log = logging.getLogger("footnote.answer")

IDLE = 45.0
"""Seconds without a question after which retrieve may have scaled to zero."""

PATIENCE = 2.0
"""Seconds in which retrieve tells the revision of the index, unless it has to start."""

KEYWORDS_ONLY = "The embedding model cannot be reached: the documents were searched by keywords only."


@dataclass(slots=True)
class Retrieved:
    response: RetrieveResponse
    notices: list[str]


class Retriever:
    """Asks embed, and wakes retrieve meanwhile, so that two cold starts are one."""

    def __init__(
        self, embed_url: str, retrieve_url: str, timeout: float = 20, remember: int = 0
    ) -> None:
        """`timeout`: seconds for each of the two, its cold start included; `remember`: questions."""
        self.embed_url = embed_url
        self.retrieve_url = retrieve_url
        self.timeout = timeout
        self.patience = PATIENCE
        self.memory = RetrievalCache(RevisionCache(self._revision), remember)
        self.model: str | None = None
        """Of the index, as retrieve said last; it sees to it itself where another went live since."""
        self.used = float("-inf")
        self.waking: asyncio.Task[None] | None = None

    async def __call__(self, request: RetrieveRequest, timings: Timings) -> Retrieved:
        """Raises Unavailable when retrieve does not answer; without embed, keywords must do."""
        with timings.part("retrieve"):
            recalled = await self.memory.recall(request)
        if recalled is not None:
            self.used = time.monotonic()
            return Retrieved(recalled, [])
        return await self._search(request, timings)

    async def _search(self, request: RetrieveRequest, timings: Timings) -> Retrieved:
        self._wake()
        asked, notices = request, []
        if request.mode != "keyword":
            with timings.stage("embed"):
                vector = await self._vector(request.query)
            request = request.model_copy(update=vector or {"mode": "keyword"})
            notices = [] if vector else [KEYWORDS_ONLY]
        with timings.stage("retrieve"):
            response = await self._response(request)
        self.model = response.model or None
        self.used = time.monotonic()
        if not notices:
            self.memory.keep(asked, response)
        return Retrieved(response, notices)

    async def _revision(self) -> str | None:
        """None where it is not told soon: it costs a search. Nor does that count against retrieve, which
        may be starting."""
        url = f"{self.retrieve_url}/revision"
        try:
            async with asyncio.timeout(self.patience):
                answer = await http.call("GET", url, timeout=self.timeout)
        except TimeoutError:
            return None
        return IndexRevision.read(answer, url).revision

    async def _response(self, request: RetrieveRequest) -> RetrieveResponse:
        body = request.model_dump(mode="json", exclude_none=True)
        url = f"{self.retrieve_url}/"
        try:
            found = await http.call("POST", url, json=body, timeout=self.timeout)
            return RetrieveResponse.read(found, url)
        except DeadlinePassed:
            raise
        except Unavailable as error:
            log.warning("retrieve failed: %s", error.message)
            reason = "The documents cannot be searched now; ask again in a moment."
            raise Unavailable(reason, retry_after=error.retry_after) from error

    async def _vector(self, text: str) -> dict[str, object] | None:
        """`vector` and `model` of a request to retrieve; None when embed cannot be had."""
        try:
            embedded = await embed(self.embed_url, [text], self.model, timeout=self.timeout)
        except DeadlinePassed:
            raise
        except FootnoteError as error:
            if not error.retryable and not isinstance(error, NotFound):
                raise
            log.warning("embed failed: %s", error.message)
            metrics.FALLBACKS.labels("embed").inc()
            return None
        return {"vector": embedded.vectors[0].tolist(), "model": embedded.model}

    def _wake(self) -> None:
        if time.monotonic() - self.used > IDLE and (self.waking is None or self.waking.done()):
            self.waking = asyncio.create_task(self._touch())

    async def _touch(self) -> None:
        """By no `http.call`: that retrieve lives must not count as that it can search."""
        url = f"{self.retrieve_url}/health/liveness"
        try:
            async with asyncio.timeout(self.timeout):
                await http.connection_pool().request("GET", url, {})
        except (OSError, ValueError) as error:
            log.info("retrieve could not be woken: %s", error)
