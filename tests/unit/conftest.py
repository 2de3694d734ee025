"""What unit tests may ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from footnote.store import Store


@pytest.fixture
async def calls() -> AsyncIterator[None]:
    """Closes the connections to other functions afterwards."""
    from footnote.calls import http

    yield
    await http.close()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store in a new file."""
    from footnote.store.sqlite import SqliteStore

    store = SqliteStore(tmp_path / "index.sqlite")
    yield store
    await store.close()
