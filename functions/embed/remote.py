"""Any OpenAI-compatible endpoint."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from functools import partial
from typing import Any

from footnote import tracing, vectors
from footnote.calls.endpoint import Endpoint
from footnote.concurrency.gathering import Gathering
from footnote.concurrency.spread import spread
from footnote.errors import Declined, Unavailable
from functions.embed.embedder import Embedded

ROUTE = "/embeddings"
CALLS = 4
UNIT = 1e-6
"""How far from 1 a length may be for its vector to count as of unit length."""


class RemoteEmbedder:
    """Sends `batch` texts a call, and has at most CALLS calls under way for one request.

    Single texts that come meanwhile, as questions do, are sent together; a long list keeps none of them
    waiting.
    """

    def __init__(self, endpoint: Endpoint, model: str, *, dimensions: int = 0, batch: int = 64) -> None:
        self.name = model
        self.fingerprint = f"{model}/{dimensions}" if dimensions else model
        self._endpoint = endpoint
        self._asked: dict[str, Any] = {"model": model, "encoding_format": "base64"}
        if dimensions:
            self._asked["dimensions"] = dimensions
        self._batch = batch
        self._single = Gathering(self._each, width=CALLS, most=batch)

    async def embed(self, texts: Sequence[str]) -> Embedded:
        if len(texts) == 1:
            return await self._single(texts[0])
        batches = [texts[start : start + self._batch] for start in range(0, len(texts), self._batch)]
        answers = await spread(self._call, batches, CALLS)
        return Embedded(
            [vector for answer in answers for vector in answer.vectors],
            sum(answer.tokens for answer in answers),
        )

    async def _each(self, texts: Sequence[str]) -> list[Embedded]:
        """The tokens are not told apart: to each its share."""
        answer = await self._call(texts)
        share, rest = divmod(answer.tokens, len(texts))
        return [Embedded([vector], share + (n < rest)) for n, vector in enumerate(answer.vectors)]

    async def _call(self, texts: Sequence[str]) -> Embedded:
        with tracing.model_span("embeddings", self.name, self._endpoint.base_url) as span:
            asked = {**self._asked, "input": list(texts)}
            embedded = await self._endpoint(asked, partial(_embedded, len(texts)))
            span.set({"gen_ai.usage.input_tokens": embedded.tokens})
        return embedded


def _embedded(count: int, answer: Any) -> Embedded:
    data = sorted(answer["data"], key=lambda item: item["index"])
    if len(data) != count:
        raise Unavailable(f"The embedding endpoint answered {len(data)} vectors for {count} texts.")
    tokens = (answer.get("usage") or {}).get("prompt_tokens") or 0
    return Embedded([_unit(item["embedding"]) for item in data], tokens)


def _unit(embedding: str | Sequence[float]) -> array[float]:
    vector = vectors.read(embedding)
    length = math.hypot(*vector)
    if not 0 < length < math.inf:
        raise Declined("The embedding endpoint answered a vector of no direction.")
    if abs(length - 1) < UNIT:
        return vector
    return array("f", (value / length for value in vector))
