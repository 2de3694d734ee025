"""The embedders of all models that are served: the default one, and others loaded on demand."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from footnote.errors import NotFound
from footnote.settings import Settings
from functions.embed.factory import open_embedder
from functions.embed.prompted import PromptedEmbedder, split_fingerprint

MAX_LOADED = 2
"""Models besides the default one that stay loaded. While an index changes its model, one is needed."""
_LOCAL = re.compile(r"(?P<name>.+)@[0-9a-f]{8}/\d+")
"""The fingerprint of a local model. No other fingerprint differs from every name."""


class EmbedderRegistry:
    def __init__(self, settings: Settings, default: PromptedEmbedder | None = None) -> None:
        """`default`: the embedder that the settings name, if it was opened already."""
        self.default = default or open_embedder(settings)
        self._settings = settings
        self._loaded: dict[str, asyncio.Future[PromptedEmbedder]] = {}
        """By name, the least recently used one first."""

    async def get(self, model: str | None, *, exact: bool = False) -> PromptedEmbedder:
        """The embedder with this name or fingerprint; the default one for None or an empty string.

        A name stands for the prompts that are configured now, a fingerprint for those it was made with.
        `exact`: `model` is a fingerprint, even if it is a name as well. Raises NotFound.
        """
        if not model:
            return self.default
        plain, prompt = split_fingerprint(model)
        local = _LOCAL.fullmatch(plain)
        exact = exact or local is not None or prompt is not None
        embedder = self.default
        if plain not in _accepted(embedder, exact):
            embedder = await self._load(local["name"] if local else plain)
        if plain not in _accepted(embedder, exact):
            raise NotFound(f"model: embed has no {model}, but {embedder.fingerprint}.")
        return embedder.with_document_prompt(prompt or "") if exact else embedder

    async def _load(self, name: str) -> PromptedEmbedder:
        """Concurrent callers share one load; past MAX_LOADED the least recently used one is dropped."""
        if (loading := self._loaded.pop(name, None)) is None:
            loading = asyncio.ensure_future(asyncio.to_thread(_read, name, self._settings))
        self._loaded[name] = loading
        try:
            embedder = await asyncio.shield(loading)
        except Exception:
            self._loaded.pop(name, None)
            raise
        while len(self._loaded) > MAX_LOADED:
            del self._loaded[next(iter(self._loaded))]
        return embedder


def _accepted(embedder: PromptedEmbedder, exact: bool) -> tuple[str, ...]:
    fingerprint = embedder.plain_fingerprint
    return (fingerprint,) if exact else (fingerprint, embedder.name)


def _read(name: str, settings: Settings) -> PromptedEmbedder:
    embedder = _open(name, settings)
    _ = embedder.fingerprint  # waits until the model is read
    return embedder


def _open(name: str, settings: Settings) -> PromptedEmbedder:
    from functions.embed.model import DEFAULT, GRAPH

    if name in (DEFAULT, f"{DEFAULT}-int8") and GRAPH.is_file():
        return open_embedder(_local(settings, DEFAULT))
    for folder in _folders(name, settings):
        return open_embedder(_local(settings, str(folder)))
    if settings.embedding_base_url:
        return open_embedder(_remote(settings, name))
    raise NotFound(
        f"model: embed has no {name}; it serves {settings.embedding_model}, and models in the "
        f"folder {settings.embedding_models} (FOOTNOTE_EMBEDDING_MODELS)."
    )


def _folders(name: str, settings: Settings) -> list[Path]:
    """Folders of the model, in the folder of models and beside the default model's own.

    A name that is a path leads to none.
    """
    if Path(name).name != name:
        return []
    parents = settings.embedding_models, Path(settings.embedding_model).parent
    return [parent / name for parent in parents if _is_model(parent / name)]


def _is_model(folder: Path) -> bool:
    try:
        return (folder / "model.onnx").is_file()
    except OSError:  # the name is too long for a file
        return False


def _local(settings: Settings, model: str) -> Settings:
    return settings.model_copy(update={"embedding_base_url": "", "embedding_model": model})


def _remote(settings: Settings, name: str) -> Settings:
    """The settings for `name`, which may end with dimensions, as the fingerprint `a-model/256` does."""
    model, _, dimensions = name.rpartition("/")
    if not model or not dimensions.isdigit():
        model, dimensions = name, "0"
    return settings.model_copy(
        update={"embedding_model": model, "embedding_dimensions": int(dimensions)}
    )
