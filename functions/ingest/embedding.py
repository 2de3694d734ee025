"""The client of the function embed."""

from __future__ import annotations

import time
from array import array
from collections.abc import Awaitable, Callable, Sequence

from footnote.calls import embeddings
from footnote.calls.embeddings import Embeddings
from footnote.concurrency.batching import Batcher, split_results
from footnote.errors import InvalidRequest, NotFound, RequestTooLarge, Unavailable, Unreadable
from functions.ingest.pace import Pace

TIMEOUT = 120
"""Seconds for a batch, including a cold start of embed."""
MAX_CALLS = 2
"""Concurrent calls for each model."""

Embed = Callable[[Sequence[str], str | None], Awaitable[Embeddings]]
"""From texts and a fingerprint to vectors of that model; None stands for embed's default model."""


def embed_client(url: str) -> Embed:
    """A client of embed at `url`. It raises Unreadable for texts that embed refuses, and Unavailable."""

    async def embed(texts: Sequence[str], model: str | None) -> Embeddings:
        try:
            embedded = await embeddings.embed(url, texts, model, input_type="document", timeout=TIMEOUT)
        except NotFound as error:
            raise Unavailable(f"embed at {url} has no such route or model: {error.message}") from None
        except (InvalidRequest, RequestTooLarge) as error:
            raise Unreadable(f"Its text cannot be embedded: {error.message}") from None
        if model not in (None, embedded.model):
            raise Unavailable(f"{url} answered with vectors of {embedded.model}, not of {model}.")
        return embedded

    return embed


def batched(embed: Embed, clock: Callable[[], float] = time.monotonic) -> Embed:
    """Combine the texts that concurrent callers have for the same model into calls at its pace."""
    queues: dict[str | None, _Queue] = {}

    async def embed_batched(texts: Sequence[str], model: str | None) -> Embeddings:
        if model not in queues:
            queues[model] = _Queue(embed, model, Pace(clock))
        return await queues[model].embed(texts)

    return embed_batched


class _Queue:
    """The texts that wait for one model."""

    def __init__(self, embed: Embed, model: str | None, pace: Pace) -> None:
        self._embed = embed
        self._model = model
        self._pace = pace
        self.embed: Batcher[Sequence[str], Embeddings] = Batcher(
            self._embed_batch, max_concurrency=MAX_CALLS, max_batch_size=pace.size, item_size=len
        )

    async def _embed_batch(self, batch: Sequence[Sequence[str]]) -> list[Embeddings]:
        """In several calls if a caller has more texts than the model embeds in time."""
        together = [text for texts in batch for text in texts]
        vectors: list[array[float]] = []
        while len(vectors) < len(together):
            embedded = await self._call(together[len(vectors) : len(vectors) + self._pace.size])
            vectors += embedded.vectors
        return [Embeddings(own, embedded.model) for own in split_results(vectors, batch)]

    async def _call(self, texts: Sequence[str]) -> Embeddings:
        try:
            with self._pace.call(len(texts)):
                return await self._embed(texts, self._model)
        finally:
            self.embed.max_batch_size = self._pace.size
