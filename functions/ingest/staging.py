"""Chunks of a document into generations of the index, where nobody sees them before a commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from footnote.concurrency.gathering import Shared
from footnote.errors import Conflict
from footnote.store import Chunk, Generation, Manifest, Mark, Store
from functions.ingest import metrics
from functions.ingest.chunking import Piece
from functions.ingest.embedding import Embed

PROBE = "probe"
"""Embedded to learn of a model and its dimensions."""
Pieces = Callable[[str], Iterator[Piece]]
"""Of one document, by chunking."""


class Staging:
    """Embeds and stages `batch` chunks at a time."""

    def __init__(self, store: Store, embed: Embed, chunking: str, batch: int) -> None:
        """`chunking`: of the first generation; every other says its own."""
        self.chunking = chunking
        self._store = store
        self._embed = embed
        self._batch = batch
        self._first = Shared(self._prepare)

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
        self, manifest: Manifest, pieces: Pieces, generations: Sequence[Generation]
    ) -> Mapping[str, int]:
        """How many chunks each of the generations holds now, by name."""
        return {each.name: await self._fill(manifest, pieces, each) for each in generations}

    async def _fill(self, manifest: Manifest, pieces: Pieces, generation: Generation) -> int:
        count, rest = 0, pieces(generation.chunking)
        while batch := list(islice(rest, self._batch)):
            texts = [f"{piece.context}\n{piece.text}" for piece in batch]
            with metrics.stage("embed", {"footnote.chunks": len(batch)}):
                embedded = await self._embed(texts, generation.model)
            staged = [_chunk(*pair) for pair in zip(batch, embedded.vectors, strict=True)]
            with metrics.stage("stage"):
                await self._store.stage(manifest, staged, generation)
            metrics.CHUNKS.inc(len(staged))
            count += len(staged)
        return count


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
