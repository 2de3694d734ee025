"""The client of the function embed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from footnote.calls import embeddings
from footnote.calls.embeddings import Embeddings
from footnote.concurrency.batching import Batcher, split_results
from footnote.errors import InvalidRequest, NotFound, RequestTooLarge, Unavailable, Unreadable

TIMEOUT = 120
"""Seconds for a batch, including a cold start of embed."""
MAX_CALLS = 2
"""Concurrent calls for each model."""
MAX_BATCH = 256
"""Texts of several callers in one call."""

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


def batched(embed: Embed) -> Embed:
    """Combine the texts that concurrent callers have for the same model into common calls."""
    batchers: dict[str | None, Batcher[Sequence[str], Embeddings]] = {}

    async def embed_batched(texts: Sequence[str], model: str | None) -> Embeddings:
        async def work(batch: Sequence[Sequence[str]]) -> list[Embeddings]:
            embedded = await embed([text for texts in batch for text in texts], model)
            return [Embeddings(own, embedded.model) for own in split_results(embedded.vectors, batch)]

        if model not in batchers:
            batchers[model] = Batcher(
                work, max_concurrency=MAX_CALLS, max_batch_size=MAX_BATCH, item_size=len
            )
        return await batchers[model](texts)

    return embed_batched
