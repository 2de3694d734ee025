"""Vectors for texts, from the function embed."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from footnote import vectors
from footnote.calls import http
from footnote.contracts import EmbeddingsRequest, EmbeddingsResponse
from footnote.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Embeddings:
    vectors: list[array[float]]
    """One for each text, in their order."""
    model: str
    """The embedding fingerprint."""


async def embed(
    url: str, texts: Sequence[str], model: str | None = None, *, timeout: float = 30
) -> Embeddings:
    """By embed at `url`, within `timeout` seconds: by its own model, or that of a name or fingerprint.

    Raises NotFound where it has no such model, InvalidRequest and RequestTooLarge for texts that it
    refuses, and Unavailable.
    """
    asked = EmbeddingsRequest(input=list(texts), model=model, encoding_format="base64")
    body = asked.model_dump(exclude_none=True)
    answer = await http.call("POST", f"{url}/v1/embeddings", json=body, timeout=timeout)
    response = EmbeddingsResponse.read(answer, url)
    try:
        embedded = [vectors.parse(found.embedding) for found in response.data]
    except ValueError as error:
        raise Unavailable(f"{url} answered badly: {error}.") from None
    if len(embedded) != len(texts):
        raise Unavailable(f"{url} answered with {len(embedded)} vectors for {len(texts)} texts.")
    return Embeddings(embedded, response.model)
