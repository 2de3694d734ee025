"""Chunks of a document into generations of the index, where nobody sees them before a commit."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from copy import copy
from itertools import islice

from footnote.calls.circuit_breaker import CircuitBreaker
from footnote.calls.embeddings import Embeddings
from footnote.concurrency.batching import Coalescer
from footnote.errors import Conflict, FootnoteError, Unreadable
from footnote.store import Chunk, Generation, Manifest, Mark, Store
from functions.ingest import metrics
from functions.ingest.chunking import Piece
from functions.ingest.embedding import Embed
from functions.ingest.parsing import Pieces

PROBE = "probe"
"""Embedded to learn of a model and its dimensions."""
REST = 60.0
"""Seconds at least that the model of a replaced generation is left alone once it failed."""

log = logging.getLogger("footnote.ingest")


class Unembedded(Exception):
    """The model of a generation made no vectors."""

    def __init__(self, error: FootnoteError) -> None:
        super().__init__(error.message)
        self.error = error


class Staging:
    """Embeds and stages `batch` chunks at a time."""

    def __init__(self, store: Store, embed: Embed, chunking: str, batch: int) -> None:
        """`chunking`: of the first generation; every other says its own."""
        self.chunking = chunking
        self._store = store
        self._embed = embed
        self._batch = batch
        self._first = Coalescer(self._prepare)
        self._resting: dict[str, CircuitBreaker] = {}

    async def first(self) -> Generation:
        """The generation that is live where none was: of embed's own model. Raises Conflict."""
        return await self._first()

    async def _prepare(self) -> Generation:
        embedded = await self._embed([PROBE], None)
        dimensions = len(embedded.vectors[0])
        live = await self._store.prepare(embedded.model, dimensions, self.chunking)
        if live.chunking != self.chunking:
            raise Conflict("Another process with other settings made the index.")
        return live

    async def stage(
        self,
        manifest: Manifest,
        pieces: Pieces,
        generations: Sequence[Generation],
        spare: Collection[str] = (),
    ) -> Mapping[str, int]:
        """How many chunks each of the generations holds now, by name.

        Of those that are `spare`, by name, it leaves out one whose model refuses a text, and one that
        was replaced where its model fails. Of any other it raises what the model says.
        """
        held = {}
        for each in generations:
            try:
                held[each.name] = await self._fill(manifest, pieces, each, each.name in spare)
            except Unembedded as failure:
                if each.name not in spare or not _dispensable(each, failure.error):
                    raise _told(each, failure.error) from None
                log.warning("%s lacks %s: %s", each.name, manifest.uri, failure.error.message)
        return held

    async def _fill(
        self, manifest: Manifest, pieces: Pieces, generation: Generation, spare: bool
    ) -> int:
        count, rest = 0, pieces(generation.chunking)
        while batch := list(islice(rest, self._batch)):
            texts = [f"{piece.context}\n{piece.text}" for piece in batch]
            embedded = await self._embedded(texts, generation, spare)
            staged = [_chunk(*pair) for pair in zip(batch, embedded.vectors, strict=True)]
            with metrics.stage("stage"):
                await self._store.stage(manifest, staged, generation)
            metrics.CHUNKS.inc(len(staged))
            count += len(staged)
        return count

    async def _embedded(self, texts: Sequence[str], generation: Generation, spare: bool) -> Embeddings:
        resting = self._rest_of(generation) if spare and generation.live_until else nullcontext()
        try:
            with metrics.stage("embed", {"footnote.chunks": len(texts)}), resting:
                return await self._embed(texts, generation.model)
        except FootnoteError as error:
            raise Unembedded(error) from error

    def _rest_of(self, generation: Generation) -> CircuitBreaker:
        """So that a model that nobody runs any more costs no document its time."""
        resting = CircuitBreaker(generation.model, failure_threshold=1, reset_timeout=REST)
        return self._resting.setdefault(generation.name, resting)


def _dispensable(generation: Generation, error: FootnoteError) -> bool:
    return generation.live_until is not None or isinstance(error, Unreadable)


def _told(generation: Generation, error: FootnoteError) -> FootnoteError:
    """What keeps a document out of a generation: the document, or something that may pass."""
    if isinstance(error, Unreadable):
        return error
    told = copy(error)  # others may wait for the same error
    told.message = f"The index {generation.name} needs its model {generation.model}: {error.message}"
    return told


def _chunk(piece: Piece, vector: Sequence[float]) -> Chunk:
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
