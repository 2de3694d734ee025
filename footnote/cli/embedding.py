"""Vectors for the command line, as many as it wants."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from footnote.calls import embeddings
from footnote.settings import Settings

TIMEOUT = 120
"""Seconds for a batch; embed may have to load the model first."""


async def embed(settings: Settings, texts: Sequence[str], model: str) -> list[array[float]]:
    """One for each text, of a model by its name or fingerprint. Raises NotFound."""
    url, size = settings.embed_url, settings.embedding_batch
    vectors: list[array[float]] = []
    for start in range(0, len(texts), size):
        batch = texts[start : start + size]
        vectors += (await embeddings.embed(url, batch, model, timeout=TIMEOUT)).vectors
    return vectors


async def probed(settings: Settings, model: str | None, *, timeout: float = TIMEOUT) -> tuple[str, int]:
    """The fingerprint and the dimensions of a model by its name, or of embed's own. Raises NotFound."""
    embedded = await embeddings.embed(settings.embed_url, ["probe"], model, timeout=timeout)
    return embedded.model, len(embedded.vectors[0])
