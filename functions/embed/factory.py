"""Opens the embedder that the settings ask for; only its module is imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from functions.embed.embedder import Embedder
from functions.embed.prompted import PromptedEmbedder

if TYPE_CHECKING:
    from footnote.embedding_prompts import Prompts
    from footnote.settings import Settings


def default_embedder(environ: Mapping[str, str]) -> PromptedEmbedder | None:
    """The default local embedder; None if `environ` configures embedding. Raises Misconfigured.

    It needs no Settings, because importing those takes as long as reading the model.
    """
    if any(name.startswith("FOOTNOTE_EMBEDDING_") for name in environ):
        return None
    from functions.embed.local import LocalEmbedder
    from functions.embed.model import installed

    return PromptedEmbedder(LocalEmbedder(installed()), {})


def open_embedder(settings: Settings) -> PromptedEmbedder:
    """The embedder that the settings name. Raises Misconfigured."""
    if settings.embedding_base_url:
        return PromptedEmbedder(_remote(settings), _configured(settings, settings.embedding_model))
    from functions.embed.local import LocalEmbedder
    from functions.embed.model import find

    model = find(settings.embedding_model)
    embedder = LocalEmbedder(model, threads=settings.embedding_threads)
    return PromptedEmbedder(embedder, {**model.prompts, **_configured(settings, model.name)})


def _configured(settings: Settings, model: str) -> Prompts:
    from footnote.embedding_prompts import parse_prompts

    return parse_prompts(settings.embedding_prompts).get(model, {})


def _remote(settings: Settings) -> Embedder:
    from footnote.calls.model_client import ModelClient
    from functions.embed.remote import ROUTE, RemoteEmbedder

    timeout = settings.embedding_timeout
    return RemoteEmbedder(
        ModelClient("embedding", settings.embedding_base_url, ROUTE, settings, timeout=timeout),
        settings.embedding_model,
        dimensions=settings.embedding_dimensions,
        batch=settings.embedding_batch,
    )
