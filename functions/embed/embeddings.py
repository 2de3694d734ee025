"""OpenAI's embeddings API over embedders."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from footnote import serving
from footnote.contracts import Embedding, EmbeddingsRequest, EmbeddingsResponse, EmbeddingsUsage
from footnote.errors import InvalidRequest
from footnote.vectors import encoded
from functions.embed import metrics
from functions.embed.embedder import Embedded
from functions.embed.models import Models

MOST_TEXTS = 2048


class Embeddings:
    def __init__(self, models: Models) -> None:
        self._models = models

    async def __call__(self, request: Request) -> Response:
        asked = await serving.parse(request, EmbeddingsRequest)
        texts = [asked.input] if isinstance(asked.input, str) else asked.input
        _check_texts(texts)
        embedder = await self._models.serving(asked.model)
        embedded = await embedder.embed(texts)
        metrics.TEXTS.labels(embedder.name).inc(len(texts))
        metrics.TOKENS.labels(embedder.name).inc(embedded.tokens)
        _check_dimensions(asked.dimensions, embedded)
        response = _response(embedded, embedder.fingerprint, asked.encoding_format == "base64")
        return Response(response.model_dump_json(), media_type="application/json")


def _response(embedded: Embedded, model: str, as_base64: bool) -> EmbeddingsResponse:
    encode = encoded if as_base64 else array.tolist
    return EmbeddingsResponse(
        data=[Embedding(index=i, embedding=encode(v)) for i, v in enumerate(embedded.vectors)],
        model=model,
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
