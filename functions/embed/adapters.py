"""Which adapter the settings ask for; only that one is imported."""

from __future__ import annotations

from footnote.settings import Settings
from functions.embed.embedder import Embedder


def open_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name, ready. Raises Misconfigured."""
    if settings.embedding_base_url:
        from functions.embed.calls import Endpoint
        from functions.embed.remote import RemoteEmbedder

        return RemoteEmbedder(
            Endpoint(settings),
            settings.embedding_model,
            dimensions=settings.embedding_dimensions,
            batch=settings.embedding_batch,
        )
    from functions.embed.local import LocalEmbedder
    from functions.embed.model import find

    return LocalEmbedder(find(settings.embedding_model), threads=settings.embedding_threads)
