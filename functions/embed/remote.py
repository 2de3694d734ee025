"""An embedder that calls an OpenAI-compatible endpoint."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from functools import partial
from typing import Any

from footnote import tracing, vectors
from footnote.calls.model_client import ModelClient
from footnote.concurrency.batching import Batcher
from footnote.concurrency.bounded import bounded_map
from footnote.errors import Declined, Unavailable
from functions.embed.embedder import Embeddings

ROUTE = "/embeddings"
MAX_CALLS = 4
TOLERANCE = 1e-6
"""A vector whose length differs from 1 by less is not normalized again."""


class RemoteEmbedder:
    """Sends up to `batch` texts in a call, and makes at most MAX_CALLS concurrent calls for one request.

    Requests with a single text, such as questions, are coalesced into common calls, which never wait for
    a request with many texts.
    """

    def __init__(self, client: ModelClient, model: str, *, dimensions: int = 0, batch: int = 64) -> None:
        self.name = model
        self.fingerprint = f"{model}/{dimensions}" if dimensions else model
        self._client = client
        self._parameters: dict[str, Any] = {"model": model, "encoding_format": "base64"}
        if dimensions:
            self._parameters["dimensions"] = dimensions
        self._batch = batch
        self._single = Batcher(self._embed_singles, max_concurrency=MAX_CALLS, max_batch_size=batch)

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        if len(texts) == 1:
            return await self._single(texts[0])
        batches = [texts[start : start + self._batch] for start in range(0, len(texts), self._batch)]
        answers = await bounded_map(self._call, batches, MAX_CALLS)
        return Embeddings(
            [vector for answer in answers for vector in answer.vectors],
            sum(answer.tokens for answer in answers),
        )

    async def _embed_singles(self, texts: Sequence[str]) -> list[Embeddings]:
        """One result for each text. The endpoint only sums up tokens, so each gets an equal share."""
        answer = await self._call(texts)
        share, rest = divmod(answer.tokens, len(texts))
        return [Embeddings([vector], share + (n < rest)) for n, vector in enumerate(answer.vectors)]

    async def _call(self, texts: Sequence[str]) -> Embeddings:
        with tracing.model_span("embeddings", self.name, self._client.base_url) as span:
            body = {**self._parameters, "input": list(texts)}
            embedded = await self._client(body, partial(_parse, len(texts)))
            span.set({"gen_ai.usage.input_tokens": embedded.tokens})
        return embedded


def _parse(count: int, answer: Any) -> Embeddings:
    data = sorted(answer["data"], key=lambda item: item["index"])
    if len(data) != count:
        raise Unavailable(f"The embedding endpoint returned {len(data)} vectors for {count} texts.")
    tokens = (answer.get("usage") or {}).get("prompt_tokens") or 0
    return Embeddings([_normalized(item["embedding"]) for item in data], tokens)


def _normalized(embedding: str | Sequence[float]) -> array[float]:
    vector = vectors.parse(embedding)
    length = math.hypot(*vector)
    if not 0 < length < math.inf:
        raise Declined("The embedding endpoint returned a vector that is zero or not finite.")
    if abs(length - 1) < TOLERANCE:
        return vector
    return array("f", (value / length for value in vector))
