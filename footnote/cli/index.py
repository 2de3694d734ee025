"""Operations on the index and its generations that several commands need."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from footnote.cli.embedding import probe_model
from footnote.errors import Misconfigured
from footnote.settings import Settings
from footnote.store import SQLITE_FILE, Generation, Recipe, Store, open_store
from footnote.text.chunking import Chunking


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Store]:
    """The store, which is closed when the block ends."""
    store = open_store(settings)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def opened_existing(settings: Settings) -> AsyncIterator[Store]:
    """The same, but raises Misconfigured instead of making an index in a state folder without one."""
    if settings.store == "sqlite" and not (settings.state / SQLITE_FILE).exists():
        raise Misconfigured(
            f"There is no index in {settings.state}: name the state folder with `--state`, or start "
            "Footnote with `make run`."
        )
    async with opened(settings) as store:
        yield store


async def ensure_live(settings: Settings, store: Store) -> bool:
    """Prepare a live generation if there is none, and return whether that was needed.

    A new one has embed's default model. On a cluster only this can make it: ingest's key cannot.
    """
    if await store.live() is not None:
        return False
    model, dimensions = await probe_model(settings, None)
    await store.ensure_live(Recipe(model, dimensions, str(Chunking.from_settings(settings))))
    return True


async def remove_expired(store: Store, days: int) -> list[Generation]:
    """Remove the generations that were replaced more than `days` ago, and return them."""
    before = datetime.now(UTC) - timedelta(days=days)
    expired = [
        each for each in await store.generations() if each.live_until and each.live_until < before
    ]
    for generation in expired:
        await store.drop(generation)
    return expired


async def describe_generations(store: Store, days: int) -> list[str]:
    """One line for each generation that is kept, such as `live  a-model/384, wordpieces-250-50`."""
    return [await _describe(store, each, days) for each in await store.generations()]


async def _describe(store: Store, generation: Generation, days: int) -> str:
    live = await store.live()
    what = f"{generation.recipe} ({generation.name})"
    if live is not None and generation.name == live.name:
        return f"live    {what}"
    lacking = [manifest async for manifest in store.missing_from(generation)]
    lacks = f", lacks {len(lacking)} documents" if lacking else ""
    if generation.live_until is None:
        return f"next    {what}{lacks}"
    until = generation.live_until + timedelta(days=days)
    return f"before  {what}{lacks}, kept until {until:%Y-%m-%d %H:%M} UTC"
