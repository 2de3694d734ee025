"""Fixtures of the store contract: each test runs on both stores, unless it is marked otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from footnote.store import Generation, Store
from tests.contract.rigs import ElasticsearchRig, Rig, SqliteRig, open_on
from tests.contract.samples import RECIPE


@pytest.fixture(params=["sqlite", "elasticsearch"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    rig: Rig
    if request.param == "sqlite":
        rig = SqliteRig(tmp_path / "state")
    else:
        rig = ElasticsearchRig(request.getfixturevalue("elasticsearch_url"), tmp_path / "secrets")
    yield rig
    rig.drop()


@pytest.fixture
async def store(rig: Rig) -> AsyncIterator[Store]:
    store = open_on(rig)
    yield store
    await store.close()


@pytest.fixture
async def other(rig: Rig) -> AsyncIterator[Store]:
    """The same store, opened by another process."""
    store = open_on(rig)
    yield store
    await store.close()


@pytest.fixture
async def generation(store: Store) -> Generation:
    return await store.ensure_live(RECIPE)
