"""OpenAI's embeddings API over an embedder."""

from __future__ import annotations

import base64
import sys
from array import array
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from footnote import serving
from footnote.contracts import Embedding, EmbeddingsRequest, EmbeddingsResponse, EmbeddingsUsage
from footnote.errors import InvalidRequest
from functions.embed import metrics
from functions.embed.embedder import Embedded, Embedder

MOST_TEXTS = 2048


class Endpoint:
    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    async def __call__(self, request: Request) -> Response:
        asked = await serving.parse(request, EmbeddingsRequest)
        self._check_model(asked.model)
        texts = [asked.input] if isinstance(asked.input, str) else asked.input
        _check_texts(texts)
        embedded = await self._embedder.embed(texts)
        metrics.TEXTS.labels(self._embedder.name).inc(len(texts))
        metrics.TOKENS.labels(self._embedder.name).inc(embedded.tokens)
        _check_dimensions(asked.dimensions, embedded)
        response = self._response(embedded, asked.encoding_format == "base64")
        return Response(response.model_dump_json(), media_type="application/json")

    def _check_model(self, model: str | None) -> None:
        served = {self._embedder.name, self._embedder.fingerprint}
        if model is not None and model not in served:
            raise InvalidRequest(
                f"model: {model} is not served here; give {' or '.join(sorted(served))}."
            )

    def _response(self, embedded: Embedded, as_base64: bool) -> EmbeddingsResponse:
        encode = _base64 if as_base64 else array.tolist
        return EmbeddingsResponse(
            data=[Embedding(index=i, embedding=encode(v)) for i, v in enumerate(embedded.vectors)],
            model=self._embedder.fingerprint,
            usage=EmbeddingsUsage(prompt_tokens=embedded.tokens, total_tokens=embedded.tokens),
        )


def _check_texts(texts: Sequence[str]) -> None:
    if not 1 <= len(texts) <= MOST_TEXTS:
        raise InvalidRequest(f"input: give 1 to {MOST_TEXTS} texts, not {len(texts)}.")
    for place, text in enumerate(texts):
        if not text.strip():
            raise InvalidRequest(f"input.{place}: the text is blank.")


def _check_dimensions(asked: int | None, embedded: Embedded) -> None:
    served = len(embedded.vectors[0])
    if asked not in (None, served):
        raise InvalidRequest(f"dimensions: vectors have {served} dimensions here, not {asked}.")


def _base64(vector: array[float]) -> str:
    if sys.byteorder == "big":
        vector = array("f", vector)
        vector.byteswap()
    return base64.b64encode(vector.tobytes()).decode()
