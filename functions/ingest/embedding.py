"""Vectors for texts, from the function embed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from footnote.calls import embeddings
from footnote.calls.embeddings import Embeddings
from footnote.concurrency.batching import Batcher, split_results
from footnote.errors import InvalidRequest, NotFound, RequestTooLarge, Unavailable, Unreadable

TIMEOUT = 120
"""Seconds for a batch; embed may have to wake first."""
CALLS = 2
"""Under way at once, for each model."""
TEXTS = 256
"""In one call, of several who ask."""


Embed = Callable[[Sequence[str], str | None], Awaitable[Embeddings]]
"""Texts, and the fingerprint of the model that is wanted, if it matters."""


def embed_at(url: str) -> Embed:
    """Ask the function embed, which answers at `url`. Raises Unreadable for texts that it refuses."""

    async def embed(texts: Sequence[str], model: str | None) -> Embeddings:
        try:
            embedded = await embeddings.embed(url, texts, model, timeout=TIMEOUT)
        except NotFound as error:
            raise Unavailable(f"embed at {url} has no such route or model: {error.message}") from None
        except (InvalidRequest, RequestTooLarge) as error:
            raise Unreadable(f"Its text cannot be embedded: {error.message}") from None
        if model not in (None, embedded.model):
            raise Unavailable(f"{url} answered with vectors of {embedded.model}, not of {model}.")
        return embedded

    return embed


def together(embed: Embed) -> Embed:
    """The same for several who ask at once: what they ask of one model goes in one call."""
    shared: dict[str | None, Batcher[Sequence[str], Embeddings]] = {}

    async def embed_together(texts: Sequence[str], model: str | None) -> Embeddings:
        async def work(asked: Sequence[Sequence[str]]) -> list[Embeddings]:
            answer = await embed([text for texts in asked for text in texts], model)
            return [Embeddings(own, answer.model) for own in split_results(answer.vectors, asked)]

        if model not in shared:
            shared[model] = Batcher(work, max_concurrency=CALLS, max_batch_size=TEXTS, item_size=len)
        return await shared[model](texts)

    return embed_together
