from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from footnote.cli.index import describe_generations, remove_expired
from footnote.store import Recipe, Store
from footnote.store.sqlite import SqliteStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store whose live generation has just replaced another."""
    store = SqliteStore(tmp_path / "index.sqlite")
    await store.ensure_live(Recipe("old/8", 8, "halves"))
    await store.switch(await store.create_next(Recipe("new/8", 8, "halves")))
    yield store
    await store.close()


async def test_a_replaced_generation_is_kept_until_it_expires(store: Store) -> None:
    assert await remove_expired(store, 7) == []
    assert [each.recipe.model for each in await store.generations()] == ["new/8", "old/8"]


async def test_an_expired_generation_is_removed_and_the_live_one_stays(store: Store) -> None:
    assert [each.recipe.model for each in await remove_expired(store, 0)] == ["old/8"]
    assert [each.recipe.model for each in await store.generations()] == ["new/8"]


async def test_a_generation_that_was_never_live_does_not_expire(store: Store) -> None:
    await remove_expired(store, 0)
    await store.create_next(Recipe("next/8", 8, "halves"))
    assert await remove_expired(store, 0) == []
    live, following = await describe_generations(store, 7)
    assert live.startswith("live    new/8, halves")
    assert following.startswith("next    next/8, halves")
