"""The space of a deleted large document is returned to the disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from footnote.store import Generation, Manifest
from footnote.store.sqlite import SqliteStore
from footnote.store.sqlite.schema import MIGRATIONS
from footnote.store.sqlite.vacuum import MIN_SIZE
from tests.contract.samples import (
    RECIPE,
    REPORT,
    chunks,
    following,
    put,
    texts,
    unknown,
    without_content,
)

PARTS = 40
SMALL = MIN_SIZE // 8
"""Bytes, in which nothing large can be."""


@pytest.fixture(params=["new", "earlier"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A store in a new file, or in a file of an earlier version without auto_vacuum."""
    if request.param == "earlier":
        with closing(sqlite3.connect(tmp_path / "index.sqlite")) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(MIGRATIONS[0])
    store = SqliteStore(tmp_path / "index.sqlite")
    yield store
    await store.close()


async def put_large(store: SqliteStore, generation: Generation, key: str, size: int) -> Manifest:
    """Commit a document of `size` bytes, most of them white space."""
    said = [" ".join(f"{key}{part}word{n}" for n in range(1000)) for part in range(PARTS)]
    large = [replace(chunk, gap=" " * (size // PARTS)) for chunk in chunks(said)]
    manifest = following(unknown(key), generation, said)
    await store.stage(manifest, large, generation)
    return await store.commit(manifest)


def sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.glob("index.sqlite*")}


def leaves(folder: Path) -> int:
    """The number of leaf pages of the full-text index."""
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        return int(connection.execute("SELECT count(*) FROM words_data").fetchone()[0])


async def test_most_of_a_large_file_is_freed(store: SqliteStore, tmp_path: Path) -> None:
    generation = await store.ensure_live(RECIPE)
    await put(store, generation, "small.txt", "The heron waits.")
    large = await put_large(store, generation, "large", 2 * MIN_SIZE)
    await store.save_drift_report(REPORT)
    assert sizes(tmp_path)["index.sqlite"] > 2 * MIN_SIZE
    words = leaves(tmp_path)
    await store.commit(without_content(large))
    await store.save_drift_report(REPORT)
    assert sizes(tmp_path)["index.sqlite"] < SMALL
    assert sizes(tmp_path)["index.sqlite-wal"] < SMALL
    assert leaves(tmp_path) < words / 10
    assert await texts(store, "heron") == ["The heron waits."]


async def test_searches_work_during_a_vacuum(store: SqliteStore) -> None:
    generation = await store.ensure_live(RECIPE)
    await put(store, generation, "small.txt", "The heron waits.")
    large = await put_large(store, generation, "large", 2 * MIN_SIZE)
    await store.commit(without_content(large))
    reporting = asyncio.create_task(store.save_drift_report(REPORT))
    while not reporting.done():
        assert await texts(store, "heron") == ["The heron waits."]
    await reporting


async def test_less_than_half_of_free_space_is_kept_for_new_chunks(
    store: SqliteStore, tmp_path: Path
) -> None:
    generation = await store.ensure_live(RECIPE)
    await put_large(store, generation, "kept", 3 * MIN_SIZE)
    gone = await put_large(store, generation, "gone", MIN_SIZE)
    await store.commit(without_content(gone))
    await store.save_drift_report(REPORT)
    assert sizes(tmp_path)["index.sqlite"] > 4 * MIN_SIZE


async def test_closing_empties_the_write_ahead_log(store: SqliteStore, tmp_path: Path) -> None:
    generation = await store.ensure_live(RECIPE)
    await put(store, generation, "small.txt", "The heron waits.")
    with closing(sqlite3.connect(tmp_path / "index.sqlite")) as of_a_function:
        of_a_function.execute("SELECT count(*) FROM manifests").fetchone()
        assert sizes(tmp_path)["index.sqlite-wal"] > 0
        await store.close()
        assert sizes(tmp_path)["index.sqlite-wal"] == 0
