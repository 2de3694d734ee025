"""The models that embed serves: its own from the start, and others once somebody asks for them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from footnote.errors import NotFound
from footnote.settings import Settings
from functions.embed.adapters import open_embedder
from functions.embed.embedder import Embedder

MOST = 2
"""Others that stay loaded: while an index changes its model, there is one."""


class Models:
    """Its own is being read when this is made; whoever asks for its fingerprint waits for it."""

    def __init__(self, settings: Settings, own: Embedder | None = None) -> None:
        """`own`: that of the settings, where it was begun already."""
        self.own = own or open_embedder(settings)
        self._settings = settings
        self._others: dict[str, asyncio.Future[Embedder]] = {}

    async def serving(self, model: str | None) -> Embedder:
        """The embedder of a name or fingerprint; its own where none, or an empty one, is given.

        Raises NotFound.
        """
        if not model or model in (self.own.name, self.own.fingerprint):
            return self.own
        embedder = await self._loaded(model.partition("@")[0])
        if model not in (embedder.name, embedder.fingerprint):
            raise NotFound(f"model: there is no {model} here, but {embedder.fingerprint}.")
        return embedder

    async def _loaded(self, name: str) -> Embedder:
        """Each is loaded once, however many ask meanwhile, and the one unasked for longest is let go."""
        if (loading := self._others.pop(name, None)) is None:
            loading = asyncio.ensure_future(asyncio.to_thread(_read, name, self._settings))
        self._others[name] = loading
        try:
            embedder = await asyncio.shield(loading)
        except Exception:
            self._others.pop(name, None)
            raise
        while len(self._others) > MOST:
            del self._others[next(iter(self._others))]
        return embedder


def _read(name: str, settings: Settings) -> Embedder:
    embedder = _opened(name, settings)
    _ = embedder.fingerprint  # there once the model is read
    return embedder


def _opened(name: str, settings: Settings) -> Embedder:
    from functions.embed.model import DEFAULT, GRAPH

    if name in (DEFAULT, f"{DEFAULT}-int8") and GRAPH.is_file():
        return open_embedder(_local(settings, DEFAULT))
    for folder in _folders(name, settings):
        return open_embedder(_local(settings, str(folder)))
    if settings.embedding_base_url:
        return open_embedder(_remote(settings, name))
    raise NotFound(
        f"model: there is no {name} here: embed serves {settings.embedding_model}, and models in the "
        f"folder {settings.embedding_models} (FOOTNOTE_EMBEDDING_MODELS)."
    )


def _folders(name: str, settings: Settings) -> list[Path]:
    """That of the model, in the folder of models or beside embed's own; no name leads out of these."""
    if Path(name).name != name:
        return []
    places = settings.embedding_models, Path(settings.embedding_model).parent
    return [place / name for place in places if _is_model(place / name)]


def _is_model(folder: Path) -> bool:
    try:
        return (folder / "model.onnx").is_file()
    except OSError:  # no file can have so long a name
        return False


def _local(settings: Settings, model: str) -> Settings:
    return settings.model_copy(update={"embedding_base_url": "", "embedding_model": model})


def _remote(settings: Settings, name: str) -> Settings:
    """Of a fingerprint such as `a-model/256`, the model and its dimensions."""
    model, _, dimensions = name.rpartition("/")
    if not model or not dimensions.isdigit():
        model, dimensions = name, "0"
    given = {"embedding_model": model, "embedding_dimensions": int(dimensions)}
    return settings.model_copy(update=given)
