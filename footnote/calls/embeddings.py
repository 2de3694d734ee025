"""A client of the function embed."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from footnote import vectors
from footnote.calls import http
from footnote.contracts import EmbeddingsRequest, EmbeddingsResponse
from footnote.embedding_prompts import InputType
from footnote.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Embeddings:
    vectors: list[array[float]]
    """One for each text, in order."""
    model: str
    """The embedding fingerprint."""


async def embed(
    url: str,
    texts: Sequence[str],
    model: str | None = None,
    *,
    input_type: InputType | None,
    exact: bool = True,
    timeout: float = 30,
) -> Embeddings:
    """Embed the texts with the function at `url`, by the model with that fingerprint, or by its own.

    `exact`: False if `model` may also be a name. Raises NotFound when embed has no such model,
    InvalidRequest or RequestTooLarge for texts that it refuses, and Unavailable.
    """
    request = EmbeddingsRequest(
        input=list(texts), model=model, exact=exact, input_type=input_type, encoding_format="base64"
    )
    body = request.model_dump(exclude_none=True)
    reply = await http.call("POST", f"{url}/v1/embeddings", json=body, timeout=timeout)
    response = EmbeddingsResponse.read(reply, url)
    try:
        embedded = [vectors.parse(item.embedding) for item in response.data]
    except ValueError as error:
        raise Unavailable(f"{url} returned an invalid response: {error}.") from None
    if len(embedded) != len(texts):
        raise Unavailable(f"{url} returned {len(embedded)} vectors for {len(texts)} texts.")
    return Embeddings(embedded, response.model)
