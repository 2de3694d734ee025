"""Embeds the chunks of a document and stages them in generations of the index."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from copy import copy
from itertools import islice

from footnote.calls.circuit_breaker import CircuitBreaker
from footnote.calls.embeddings import Embeddings
from footnote.concurrency.batching import Coalescer
from footnote.errors import Conflict, Declined, FootnoteError, Unreadable
from footnote.store import Chunk, Generation, Manifest, Mark, Recipe, Store
from functions.ingest import metrics
from functions.ingest.embedding import Embed
from functions.ingest.parsing import Pieces
from functions.ingest.piece import Piece

PROBE = "probe"
"""A text that is embedded to find out embed's default model and its dimensions."""
MAX_FAILURES = 5
"""In a row, of the model of a next generation, after which documents are indexed without it."""
PAUSE = 60.0
"""Seconds at least for which a model that documents are indexed without is not called."""

log = logging.getLogger("footnote.ingest")


class EmbeddingFailed(Exception):
    """The model of a generation could not embed a text."""

    def __init__(self, error: FootnoteError) -> None:
        super().__init__(error.message)
        self.error = error


class Staging:
    """Stages `batch` chunks at a time. No search sees them before a commit."""

    def __init__(self, store: Store, embed: Embed, chunking: str, batch: int) -> None:
        """`chunking` is that of the first generation; every other one has its own."""
        self.chunking = chunking
        self._store = store
        self._embed = embed
        self._batch = batch
        self._first_generation = Coalescer(self._ensure_first)
        self._breakers: dict[Generation, CircuitBreaker] = {}

    async def first_generation(self) -> Generation:
        """The live generation, created with embed's default model if there is none.

        Raises Conflict if another process created it with other settings meanwhile.
        """
        return await self._first_generation()

    async def _ensure_first(self) -> Generation:
        embedded = await self._embed([PROBE], None)
        recipe = Recipe(embedded.model, len(embedded.vectors[0]), self.chunking)
        live = await self._store.ensure_live(recipe)
        if live.recipe.chunking != self.chunking:
            raise Conflict("Another process created the index with different settings.")
        return live

    async def stage(
        self,
        manifest: Manifest,
        pieces: Pieces,
        generations: Sequence[Generation],
        optional: Collection[str] = (),
    ) -> Mapping[str, int]:
        """Stage the document in each generation, and return how many chunks each now has, by name.

        A generation named in `optional` is left out if its model refuses a text, if it was replaced and
        its model fails, or if its model keeps failing. Otherwise the model's error is raised: Unreadable
        or Unavailable.
        """
        counts = {}
        for each in generations:
            breaker = self._breaker(each) if each.name in optional else None
            try:
                counts[each.name] = await self._stage_in(manifest, pieces, each, breaker)
            except EmbeddingFailed as failure:
                if breaker is None or not _may_be_left_out(each, breaker, failure.error):
                    raise _explain(each, failure.error) from None
                log.warning(
                    "%s was not added to the index %s: %s",
                    manifest.uri,
                    each.name,
                    failure.error.message,
                )
        return counts

    async def _stage_in(
        self,
        manifest: Manifest,
        pieces: Pieces,
        generation: Generation,
        breaker: CircuitBreaker | None,
    ) -> int:
        count, remaining = 0, pieces(generation.recipe.chunking)
        while batch := list(islice(remaining, self._batch)):
            texts = [f"{piece.context}\n{piece.text}" for piece in batch]
            embedded = await self._embed_batch(texts, generation.recipe.model, breaker)
            staged = [to_chunk(*pair) for pair in zip(batch, embedded.vectors, strict=True)]
            with metrics.stage("stage"):
                await self._store.stage(manifest, staged, generation)
            metrics.CHUNKS.inc(len(staged))
            count += len(staged)
        return count

    async def _embed_batch(
        self, texts: Sequence[str], model: str, breaker: CircuitBreaker | None
    ) -> Embeddings:
        try:
            with metrics.stage("embed", {"footnote.chunks": len(texts)}), breaker or nullcontext():
                return await self._embed(texts, model)
        except FootnoteError as error:
            raise EmbeddingFailed(error) from error

    def _breaker(self, generation: Generation) -> CircuitBreaker:
        """So that documents do not wait for the model of a generation that is not live.

        A next generation should be complete, so events are retried before it is left out.
        """
        if generation not in self._breakers:
            failures = 1 if generation.live_until else MAX_FAILURES
            self._breakers[generation] = CircuitBreaker(
                generation.recipe.model, failure_threshold=failures, reset_timeout=PAUSE
            )
        return self._breakers[generation]


def _may_be_left_out(generation: Generation, breaker: CircuitBreaker, error: FootnoteError) -> bool:
    refused = isinstance(error, Unreadable | Declined)
    return refused or generation.live_until is not None or breaker.is_open


def _explain(generation: Generation, error: FootnoteError) -> FootnoteError:
    """The error, with the generation in its message unless the document itself is at fault."""
    if isinstance(error, Unreadable):
        return error
    explained = copy(error)  # other callers may get the same error
    index, model = generation.name, generation.recipe.model
    explained.message = f"The index {index} needs its model {model}: {error.message}"
    return explained


def to_chunk(piece: Piece, vector: Sequence[float]) -> Chunk:
    return Chunk(
        ordinal=piece.ordinal,
        text=piece.text,
        context=piece.context,
        headings=piece.headings,
        page=piece.page,
        start=piece.start,
        end=piece.end,
        vector=vector,
        gap=piece.gap,
        marks=tuple(Mark(*mark) for mark in piece.marks),
    )
