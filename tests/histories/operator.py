"""Who puts another index in place of the live one, a step at a time."""

from __future__ import annotations

from contextlib import suppress

from footnote.errors import Conflict, InvalidRequest
from footnote.store import Generation, Store
from functions.ingest.reconciler import Reconciler
from tests.histories.moves import Replacing
from tests.unit.functions.ingest.world import CHUNKING, Embedder

MAKINGS = {Embedder.model: (8, str(CHUNKING)), "another/6": (6, "characters-60-0")}
"""Of the two indices that replace one another: by model its dimensions, and the chunking."""


class Operator:
    """Of all documents it fills in those of one folder only: others are of histories that are over."""

    def __init__(self, store: Store, reconciler: Reconciler, folder: str) -> None:
        self._store = store
        self._reconciler = reconciler
        self._folder = folder

    async def __call__(self, what: Replacing) -> None:
        """Does nothing where there is nothing to do it with, or others are faster."""
        kept = await self._store.generations()
        with suppress(Conflict, InvalidRequest):
            if what == "begin" and kept:
                await self._begin(kept[0])
            for other in kept[1:]:
                await self._act(what, other)

    async def _begin(self, live: Generation) -> None:
        model = next(model for model in MAKINGS if model != live.model)
        await self._store.create_next(model, *MAKINGS[model])

    async def _act(self, what: Replacing, other: Generation) -> None:
        if what == "fill":
            for uri in await self._lacking(other):
                await self._reconciler.backfill(uri)
        elif what == "switch" and not await self._lacking(other):
            await self._store.switch(other)
        elif what == "drop":
            await self._store.drop(other)

    async def _lacking(self, other: Generation) -> list[str]:
        return [
            manifest.uri
            async for manifest in self._store.missing_from(other)
            if manifest.key.startswith(f"{self._folder}/")
        ]
