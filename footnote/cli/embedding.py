"""Embeddings for the command line, from the function embed."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from footnote.calls import embeddings
from footnote.settings import Settings

TIMEOUT = 120
"""Seconds for a batch; embed may have to load the model first."""


async def embed_queries(settings: Settings, texts: Sequence[str], model: str) -> list[array[float]]:
    """One vector for each text, in batches, by the model with this fingerprint. Raises NotFound."""
    url, size = settings.embed_url, settings.embedding_batch
    vectors: list[array[float]] = []
    for start in range(0, len(texts), size):
        batch = texts[start : start + size]
        embedded = await embeddings.embed(url, batch, model, input_type="query", timeout=TIMEOUT)
        vectors += embedded.vectors
    return vectors


async def probe_model(
    settings: Settings, model: str | None, *, exact: bool = False, timeout: float = TIMEOUT
) -> tuple[str, int]:
    """Fingerprint and dimensions of the model; None is embed's default model. Raises NotFound.

    `exact`: whether `model` is a fingerprint, and not possibly a name.
    """
    embedded = await embeddings.embed(
        settings.embed_url, ["probe"], model, input_type="document", exact=exact, timeout=timeout
    )
    return embedded.model, len(embedded.vectors[0])
