"""What both stores hold true of a generation of chunks."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence

from footnote.errors import Conflict, FingerprintMismatch, InvalidRequest
from footnote.store import Chunk, Generation, Manifest, Query


def new_name(prefix: str) -> str:
    """A name that no generation ever had: what manifests say of an old one holds for no other."""
    return f"{prefix}-{secrets.token_hex(6)}"


def made_of(kept: Iterable[Generation], model: str, dimensions: int, chunking: str) -> Generation | None:
    """The generation of this making, if it is kept."""
    making = model, dimensions, chunking
    return next((each for each in kept if (each.model, each.dimensions, each.chunking) == making), None)


def check_room(kept: Sequence[Generation]) -> None:
    """Raise InvalidRequest unless a generation may begin beside those that are kept."""
    if not kept:
        raise InvalidRequest(
            "Nothing was indexed yet: the settings say what the first index is made of."
        )
    if len(kept) > 1:
        other = kept[1]
        raise InvalidRequest(
            f"The index {other.name} of {other.model}, {other.chunking} is kept beside the live one; "
            "drop it first, with `footnote reindex --drop`."
        )


def check_complete(manifest: Manifest, kept: Sequence[Generation], spare: Collection[str]) -> None:
    """Raise Conflict unless a manifest that is committed names every generation that is kept.

    It need not name those that are `spare`, by name, and are not live.
    """
    missing = manifest.missing(kept)
    if manifest.held and not kept:
        raise Conflict(f"The index went while {manifest.uri} was indexed.")
    if any(each == kept[0] or each.name not in spare for each in missing):
        raise Conflict(f"Another index began or went live while {manifest.uri} was indexed.")


def check_chunks(generation: Generation, chunks: Sequence[Chunk]) -> None:
    """Raise FingerprintMismatch unless every chunk has a vector that fits `generation`."""
    for chunk in chunks:
        if len(chunk.vector) != generation.dimensions:
            raise FingerprintMismatch(
                f"A vector of {len(chunk.vector)} dimensions does not fit {generation.name}, "
                f"which has {generation.dimensions}."
            )


def asked_of(kept: Sequence[Generation], query: Query) -> Generation:
    """The generation that `query` is for. Raises FingerprintMismatch unless it can answer it."""
    if not kept:
        raise FingerprintMismatch("Nothing was indexed yet, so no model is live.")
    generation = _named(kept, query.index) if query.index else kept[0]
    if query.mode == "keyword":
        return generation
    if query.vector is None:
        raise InvalidRequest(f"A {query.mode} search needs a vector.")
    if query.model != generation.model:
        raise FingerprintMismatch(
            f"The vector is of {query.model}; the index that is searched is of {generation.model}."
        )
    if len(query.vector) != generation.dimensions:
        raise FingerprintMismatch(
            f"The vector has {len(query.vector)} dimensions; {generation.model} has "
            f"{generation.dimensions}."
        )
    return generation


def _named(kept: Sequence[Generation], name: str) -> Generation:
    for generation in kept:
        if generation.name == name:
            return generation
    raise InvalidRequest(f"There is no index {name}.")
