"""What both stores hold true of a generation of chunks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from footnote.errors import FingerprintMismatch, InvalidRequest
from footnote.store import Chunk, Generation, Query


def generation_name(prefix: str, model: str, dimensions: int, chunking: str) -> str:
    """The same name for the same model, dimensions and chunking."""
    identity = f"{model}\n{dimensions}\n{chunking}"
    return f"{prefix}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"


def check_identity(live: Generation, model: str, dimensions: int, chunking: str) -> None:
    """Raise FingerprintMismatch unless `live` holds chunks of this making."""
    if (live.model, live.dimensions, live.chunking) != (model, dimensions, chunking):
        raise FingerprintMismatch(
            f"The index was made with {live.model}, {live.dimensions} dimensions, {live.chunking}; "
            f"the settings say {model}, {dimensions}, {chunking}. Set them back or begin a new index."
        )


def check_chunks(generation: Generation, chunks: Sequence[Chunk]) -> None:
    """Raise FingerprintMismatch unless every chunk has a vector that fits `generation`."""
    for chunk in chunks:
        if len(chunk.vector) != generation.dimensions:
            raise FingerprintMismatch(
                f"A vector of {len(chunk.vector)} dimensions does not fit {generation.name}, "
                f"which has {generation.dimensions}."
            )


def check_query(live: Generation | None, query: Query) -> Generation:
    """The live generation. Raises FingerprintMismatch unless it can answer `query`."""
    if live is None:
        raise FingerprintMismatch("Nothing was indexed yet, so no model is live.")
    if query.mode == "keyword":
        return live
    if query.vector is None:
        raise InvalidRequest(f"A {query.mode} search needs a vector.")
    if query.model != live.model:
        raise FingerprintMismatch(f"The vector is of {query.model}; the live index is of {live.model}.")
    if len(query.vector) != live.dimensions:
        raise FingerprintMismatch(
            f"The vector has {len(query.vector)} dimensions; {live.model} has {live.dimensions}."
        )
    return live
