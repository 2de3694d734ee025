"""Vectors for the command line, from the function embed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from footnote import http
from footnote.settings import Settings

TIMEOUT = 120
"""Seconds for a batch; embed may have to load the model first."""


@dataclass(frozen=True, slots=True)
class Embedded:
    vectors: list[list[float]]
    model: str
    """The fingerprint."""


async def embed(settings: Settings, texts: Sequence[str], model: str | None) -> Embedded:
    """Vectors of a model by its name or fingerprint, or of embed's own. Raises NotFound."""
    vectors: list[list[float]] = []
    asked = {"model": model} if model else {}
    for start in range(0, len(texts), settings.embedding_batch):
        body = {"input": texts[start : start + settings.embedding_batch], **asked}
        url = f"{settings.embed_url}/v1/embeddings"
        answer = await http.call("POST", url, json=body, timeout=TIMEOUT)
        vectors += [found["embedding"] for found in answer["data"]]
    return Embedded(vectors, answer["model"])


async def probed(settings: Settings, model: str | None) -> tuple[str, int]:
    """The fingerprint and the dimensions of a model by its name, or of embed's own. Raises NotFound."""
    embedded = await embed(settings, ["probe"], model)
    return embedded.model, len(embedded.vectors[0])
