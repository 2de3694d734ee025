"""An operator who replaces the live index, one step at a time."""

from __future__ import annotations

from contextlib import suppress

from footnote.errors import Conflict, InvalidRequest
from footnote.store import Generation, Recipe, Store
from functions.ingest.reconciler import Reconciler
from tests.simulation.actions import ReindexStep
from tests.unit.functions.ingest.world import CHUNKING, Embedder

RECIPES = (Recipe(Embedder.model, 8, str(CHUNKING)), Recipe("another/6", 6, "characters-60-0"))
"""Of the two indices that replace each other."""


class Operator:
    """Backfills the documents of one folder only: the others belong to earlier histories."""

    def __init__(self, store: Store, reconciler: Reconciler, folder: str) -> None:
        self._store = store
        self._reconciler = reconciler
        self._folder = folder

    async def __call__(self, step: ReindexStep) -> None:
        """Does nothing if the step is not possible now, or if another operator was faster."""
        generations = await self._store.generations()
        with suppress(Conflict, InvalidRequest):
            if step == "begin" and generations:
                await self._create_next(generations[0])
            for other in generations[1:]:
                await self._take(step, other)

    async def _create_next(self, live: Generation) -> None:
        other = next(recipe for recipe in RECIPES if recipe != live.recipe)
        await self._store.create_next(other)

    async def _take(self, step: ReindexStep, other: Generation) -> None:
        if step == "fill":
            for uri in await self._missing_from(other):
                await self._reconciler.backfill(uri)
        elif step == "switch" and not await self._missing_from(other):
            await self._store.switch(other)
        elif step == "drop":
            await self._store.drop(other)

    async def _missing_from(self, other: Generation) -> list[str]:
        return [
            manifest.uri
            async for manifest in self._store.missing_from(other)
            if manifest.key.startswith(f"{self._folder}/")
        ]
