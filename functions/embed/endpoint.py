"""The endpoint of OpenAI's embeddings API."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from footnote import serving
from footnote.contracts import Embedding, EmbeddingsRequest, EmbeddingsResponse, EmbeddingsUsage
from footnote.errors import InvalidRequest
from footnote.vectors import encode
from functions.embed import metrics
from functions.embed.embedder import Embeddings
from functions.embed.registry import EmbedderRegistry

MAX_TEXTS = 2048


class EmbeddingsEndpoint:
    def __init__(self, embedders: EmbedderRegistry) -> None:
        self._embedders = embedders

    async def __call__(self, request: Request) -> Response:
        parameters = await serving.parse_body(request, EmbeddingsRequest)
        texts = [parameters.input] if isinstance(parameters.input, str) else parameters.input
        _check_texts(texts)
        embedder = await self._embedders.get(parameters.model, exact=parameters.exact)
        embedded = await embedder.embed(texts, parameters.input_type)
        metrics.TEXTS.labels(embedder.name).inc(len(texts))
        metrics.TOKENS.labels(embedder.name).inc(embedded.tokens)
        _check_dimensions(parameters.dimensions, embedded)
        as_base64 = parameters.encoding_format == "base64"
        response = _response(embedded, embedder.fingerprint, as_base64)
        return Response(response.model_dump_json(), media_type="application/json")


def _response(embedded: Embeddings, model: str, as_base64: bool) -> EmbeddingsResponse:
    encoder = encode if as_base64 else array.tolist
    return EmbeddingsResponse(
        data=[Embedding(index=i, embedding=encoder(v)) for i, v in enumerate(embedded.vectors)],
        model=model,
        usage=EmbeddingsUsage(prompt_tokens=embedded.tokens, total_tokens=embedded.tokens),
    )


def _check_texts(texts: Sequence[str]) -> None:
    if not 1 <= len(texts) <= MAX_TEXTS:
        raise InvalidRequest(f"input: send 1 to {MAX_TEXTS} texts, not {len(texts)}.")
    for place, text in enumerate(texts):
        if not text.strip():
            raise InvalidRequest(f"input.{place}: the text is blank.")


def _check_dimensions(requested: int | None, embedded: Embeddings) -> None:
    dimensions = len(embedded.vectors[0])
    if requested not in (None, dimensions):
        raise InvalidRequest(f"dimensions: the model has {dimensions} dimensions, not {requested}.")
