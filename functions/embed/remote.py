"""Any OpenAI-compatible endpoint."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

import openai

from footnote import tracing
from footnote.errors import FootnoteError, InvalidRequest, RateLimited, Unavailable
from footnote.settings import Settings
from functions.embed.embedder import Embedded
from functions.embed.spread import spread

if TYPE_CHECKING:
    from openai.types import CreateEmbeddingResponse

CALLS = 4
RETRIES = 2
REFUSED = (openai.AuthenticationError, openai.PermissionDeniedError, openai.NotFoundError)


def connect(settings: Settings) -> openai.AsyncOpenAI:
    """A client of the endpoint that the settings name; its key is read from the secrets at each call."""

    async def key() -> str:
        return settings.secret("embedding-key") or "none"

    return openai.AsyncOpenAI(
        api_key=key,
        base_url=settings.embedding_base_url,
        timeout=settings.embedding_timeout,
        max_retries=RETRIES,
    )


class RemoteEmbedder:
    """Sends `batch` texts a call, and has at most CALLS calls under way for one request."""

    def __init__(
        self, client: openai.AsyncOpenAI, model: str, *, dimensions: int = 0, batch: int = 64
    ) -> None:
        self.name = model
        self.fingerprint = f"{model}/{dimensions}" if dimensions else model
        self._client = client
        self._dimensions = dimensions or openai.omit
        self._batch = batch

    async def embed(self, texts: Sequence[str]) -> Embedded:
        batches = [texts[start : start + self._batch] for start in range(0, len(texts), self._batch)]
        answers = await spread(self._call, batches, CALLS)
        return Embedded(
            [vector for answer in answers for vector in answer.vectors],
            sum(answer.tokens for answer in answers),
        )

    async def _call(self, texts: Sequence[str]) -> Embedded:
        try:
            with tracing.model_span("embeddings", self.name, str(self._client.base_url)) as span:
                response = await self._client.embeddings.create(
                    model=self.name, input=list(texts), dimensions=self._dimensions
                )
                span.set({"gen_ai.usage.input_tokens": response.usage.prompt_tokens})
            return _embedded(response, len(texts))
        except openai.OpenAIError as error:
            raise _failure(error) from error
        except (AttributeError, ValueError) as error:  # what the client raises on any other body
            raise Unavailable(f"The embedding endpoint answered no embeddings: {error}") from error


def _embedded(response: CreateEmbeddingResponse, count: int) -> Embedded:
    data = sorted(response.data, key=lambda item: item.index)
    if len(data) != count:
        raise Unavailable(f"The embedding endpoint answered {len(data)} vectors for {count} texts.")
    return Embedded([_unit(item.embedding) for item in data], response.usage.prompt_tokens)


def _unit(vector: Sequence[float]) -> array[float]:
    length = math.hypot(*vector) or 1.0
    return array("f", (value / length for value in vector))


def _failure(error: openai.OpenAIError) -> FootnoteError:
    message = f"The embedding endpoint failed: {error}"
    if isinstance(error, REFUSED):
        return Unavailable(f"{message} Look at FOOTNOTE_EMBEDDING_MODEL and the secret embedding-key.")
    if isinstance(error, openai.RateLimitError):
        return RateLimited(message, retry_after=_retry_after(error) or 1)
    if isinstance(error, openai.APIStatusError) and error.status_code < 500:
        return InvalidRequest(message)
    return Unavailable(message, retry_after=_retry_after(error) or 1)


def _retry_after(error: openai.OpenAIError) -> float | None:
    if not isinstance(error, openai.APIStatusError):
        return None
    value = error.response.headers.get("retry-after", "")
    return float(value) if value.isdigit() else None
