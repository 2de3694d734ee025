"""The index as those who run it see it: its generations, which of them is live, and when one goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from footnote.cli.embedding import probed
from footnote.errors import Misconfigured
from footnote.settings import Settings
from footnote.store import FILE, Generation, Store, open_store
from footnote.text.chunking import Chunking


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Store]:
    """The store, closed with the block."""
    store = open_store(settings)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def existing(settings: Settings) -> AsyncIterator[Store]:
    """The same, for those who only look. Raises Misconfigured where the state folder has no index."""
    if settings.store == "sqlite" and not (settings.state / FILE).exists():
        raise Misconfigured(
            f"There is no index in {settings.state}: name the state folder with `--state`, or start "
            "Footnote with `make run`."
        )
    async with opened(settings) as store:
        yield store


async def ensure_live(settings: Settings, store: Store) -> bool:
    """Whether nothing was live: then there is a generation now, by embed's own model if none was left.

    On a cluster nobody else may make one: ingest's key makes no index.
    """
    if await store.live() is not None:
        return False
    made_with = await probed(settings, None)
    await store.prepare(*made_with, str(Chunking.from_settings(settings)))
    return True


async def remove_expired(store: Store, days: int) -> list[Generation]:
    """Remove the generations that were replaced more than `days` ago; returns them."""
    before = datetime.now(UTC) - timedelta(days=days)
    replaced = [each for each in await store.generations() if each.live_until]
    old = [each for each in replaced if each.live_until and each.live_until < before]
    for generation in old:
        await store.drop(generation)
    return old


async def described(store: Store, days: int) -> list[str]:
    """A line about each generation that is kept, such as `live  a-model/384, wordpieces-250-50`."""
    return [await _line(store, each, days) for each in await store.generations()]


async def _line(store: Store, generation: Generation, days: int) -> str:
    live = await store.live()
    what = f"{generation.model}, {generation.chunking} ({generation.name})"
    if live is not None and generation.name == live.name:
        return f"live    {what}"
    lacking = [manifest async for manifest in store.lacking(generation)]
    lacks = f", lacks {len(lacking)} documents" if lacking else ""
    if generation.live_until is None:
        return f"next    {what}{lacks}"
    until = generation.live_until + timedelta(days=days)
    return f"before  {what}{lacks}, kept until {until:%Y-%m-%d %H:%M} UTC"
