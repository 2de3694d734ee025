"""Rules about generations of chunks that both stores enforce."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence

from footnote.errors import Conflict, FingerprintMismatch, InvalidRequest
from footnote.store import Chunk, Generation, Manifest, Query, Recipe


def new_name(prefix: str) -> str:
    """A unique name: what manifests say about an old generation never applies to a new one."""
    return f"{prefix}-{secrets.token_hex(6)}"


def find(generations: Iterable[Generation], recipe: Recipe) -> Generation | None:
    """The generation with this recipe, or None."""
    return next((each for each in generations if each.recipe == recipe), None)


def check_may_create_next(generations: Sequence[Generation]) -> None:
    """Raise InvalidRequest unless exactly one generation exists."""
    if not generations:
        raise InvalidRequest(
            "Nothing has been indexed yet. The settings determine the first index's model and chunking."
        )
    if len(generations) > 1:
        other = generations[1]
        raise InvalidRequest(
            f"The index {other.name} of {other.recipe} already exists beside the live "
            "one; drop it first, with `footnote reindex --drop`."
        )


def check_complete(
    manifest: Manifest, generations: Sequence[Generation], optional: Collection[str]
) -> None:
    """Raise Conflict unless the manifest names every generation that is live or not `optional`."""
    missing = manifest.missing_from(generations)
    if manifest.chunk_counts and not generations:
        raise Conflict(f"The index was dropped while {manifest.uri} was being indexed.")
    if any(each == generations[0] or each.name not in optional for each in missing):
        raise Conflict(f"An index was created or went live while {manifest.uri} was being indexed.")


def check_dimensions(generation: Generation, chunks: Sequence[Chunk]) -> None:
    """Raise FingerprintMismatch unless every chunk's vector has the generation's dimensions."""
    for chunk in chunks:
        if len(chunk.vector) != generation.recipe.dimensions:
            raise FingerprintMismatch(
                f"A vector of {len(chunk.vector)} dimensions does not fit {generation.name}, "
                f"which has {generation.recipe.dimensions}."
            )


def generation_for(query: Query, generations: Sequence[Generation]) -> Generation:
    """The generation that the query searches.

    Raises InvalidRequest if the query names an unknown one or lacks a vector, and FingerprintMismatch if
    its vector is of another model.
    """
    if not generations:
        raise FingerprintMismatch("Nothing has been indexed yet.")
    generation = _named(query.index, generations) if query.index else generations[0]
    if query.mode == "keyword":
        return generation
    if query.vector is None:
        raise InvalidRequest(f"A {query.mode} search needs a vector.")
    model, dimensions, _ = generation.recipe
    if query.model != model:
        raise FingerprintMismatch(f"The vector is of {query.model}, but the index is of {model}.")
    if len(query.vector) != dimensions:
        raise FingerprintMismatch(
            f"The vector has {len(query.vector)} dimensions; {model} has {dimensions}."
        )
    return generation


def _named(name: str, generations: Sequence[Generation]) -> Generation:
    for generation in generations:
        if generation.name == name:
            return generation
    raise InvalidRequest(f"There is no index {name}.")
