"""Passages for a question: its vector from embed, then the passages from retrieve."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

from footnote import http
from footnote.contracts import EmbeddingsRequest, RetrieveRequest, RetrieveResponse
from footnote.errors import DeadlinePassed, FootnoteError, NotFound, Unavailable
from functions.answer import metrics
from functions.answer.timings import Timings

log = logging.getLogger("footnote.answer")

IDLE = 45.0
"""Seconds without a question after which retrieve may have scaled to zero."""

KEYWORDS_ONLY = "The embedding model cannot be reached: the documents were searched by keywords only."


@dataclass(slots=True)
class Found:
    passages: RetrieveResponse
    notices: list[str]


class Retrieval:
    """Asks embed, and wakes retrieve meanwhile, so that two cold starts are one."""

    def __init__(self, embed_url: str, retrieve_url: str, timeout: float = 20) -> None:
        """`timeout`: seconds for each of the two, its cold start included."""
        self.embed_url = embed_url
        self.retrieve_url = retrieve_url
        self.timeout = timeout
        self.model: str | None = None
        """Of the index, as retrieve said last; it sees to it itself where another went live since."""
        self.used = float("-inf")
        self.waking: asyncio.Task[None] | None = None

    async def __call__(self, request: RetrieveRequest, timings: Timings) -> Found:
        """Raises Unavailable when retrieve does not answer; without embed, keywords must do."""
        self._wake()
        notices = []
        if request.mode != "keyword":
            with timings.stage("embed"):
                vector = await self._vector(request.query)
            request = request.model_copy(update=vector or {"mode": "keyword"})
            notices = [] if vector else [KEYWORDS_ONLY]
        with timings.stage("retrieve"):
            passages = await self._passages(request)
        self.model = passages.model or None
        self.used = time.monotonic()
        return Found(passages, notices)

    async def _passages(self, request: RetrieveRequest) -> RetrieveResponse:
        body = request.model_dump(mode="json", exclude_none=True)
        try:
            url = f"{self.retrieve_url}/"
            found = await http.call("POST", url, json=body, timeout=self.timeout)
        except DeadlinePassed:
            raise
        except Unavailable as error:
            log.warning("retrieve failed: %s", error.message)
            reason = "The documents cannot be searched now; ask again in a moment."
            raise Unavailable(reason, retry_after=error.retry_after) from error
        return RetrieveResponse.model_validate(found)

    async def _vector(self, text: str) -> dict[str, object] | None:
        """`vector` and `model` of a request to retrieve; None when embed cannot be had."""
        body = EmbeddingsRequest(input=text, model=self.model).model_dump(exclude_none=True)
        try:
            url = f"{self.embed_url}/v1/embeddings"
            answer = await http.call("POST", url, json=body, timeout=self.timeout)
        except DeadlinePassed:
            raise
        except FootnoteError as error:
            if not error.retryable and not isinstance(error, NotFound):
                raise
            log.warning("embed failed: %s", error.message)
            metrics.FALLBACKS.labels("embed").inc()
            return None
        return {"vector": answer["data"][0]["embedding"], "model": answer["model"]}

    def _wake(self) -> None:
        if time.monotonic() - self.used > IDLE and (self.waking is None or self.waking.done()):
            self.waking = asyncio.create_task(self._touch())

    async def _touch(self) -> None:
        try:
            await http.call("GET", f"{self.retrieve_url}/health/liveness")
        except FootnoteError as error:
            log.info("retrieve could not be woken: %s", error.message)
