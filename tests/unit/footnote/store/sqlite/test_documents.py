"""Deletion of a document of very many chunks: invisible at once, removed in batches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from sqlite3 import Connection

import pytest

from footnote.errors import Conflict
from footnote.store import Generation, Manifest
from footnote.store.sqlite import SqliteStore, documents
from footnote.store.sqlite.database import Database
from footnote.store.sqlite.generations import BATCH
from tests.contract.samples import (
    RECIPE,
    REPORT,
    ask,
    chunks,
    following,
    put,
    texts,
    without_content,
)

MANY = 3 * BATCH


@dataclass
class Long:
    store: SqliteStore
    other: Database
    """The same file, opened by another process."""
    generation: Generation
    manifest: Manifest

    async def chunks(self) -> int:
        """The number of the long document's chunks in the table, visible or not."""
        return await self.other.read(self._count)

    def _count(self, connection: Connection) -> int:
        count = "SELECT count(*) FROM chunks WHERE document = ?"
        return int(connection.execute(count, (self.manifest.id,)).fetchone()[0])

    async def left(self) -> list[str]:
        return [leftover.key async for leftover in self.store.leftovers()]

    async def killed(self) -> None:
        """Commit the document's deletion, as a writer that is then killed."""
        gone = without_content(self.manifest)
        await self.other.write(partial(documents.commit, manifest=gone))


@pytest.fixture
async def long(tmp_path: Path) -> AsyncIterator[Long]:
    store, other = SqliteStore(tmp_path / "index.sqlite"), Database(tmp_path / "index.sqlite")
    generation = await store.ensure_live(RECIPE)
    await put(store, generation, "short.txt", "The heron waits.")
    manifest = await put(store, generation, "long.txt", *["The heron fishes."] * MANY)
    yield Long(store, other, generation, manifest)
    await store.close()
    await other.close()


async def test_another_writer_gets_its_turn_between_batches(long: Long) -> None:
    async def is_gone() -> bool:
        manifest = await long.other.read(partial(documents.manifest, document=long.manifest.id))
        return manifest is not None and manifest.state == "deleted"

    removing = asyncio.create_task(long.store.commit(without_content(long.manifest)))
    while not await is_gone():
        pass
    await long.other.write(lambda connection: connection.execute("DELETE FROM drift"))
    assert await long.chunks() > 0
    await removing
    assert await long.chunks() == 0
    assert await long.left() == []


async def test_chunks_left_by_a_killed_writer_are_invisible(long: Long) -> None:
    before = (await ask(long.store, "heron waits")).coverage
    await long.killed()
    assert 0 < await long.chunks() < MANY
    assert await texts(long.store, "heron") == ["The heron waits."]
    assert (await ask(long.store, "heron waits")).coverage == before
    assert await long.left() == ["long.txt"]


async def test_saving_a_drift_report_removes_them(long: Long) -> None:
    await long.killed()
    await long.store.save_drift_report(REPORT)
    assert await long.chunks() == 0
    assert await long.left() == []
    assert await texts(long.store, "heron") == ["The heron waits."]


async def test_the_next_commit_of_the_document_removes_them(long: Long) -> None:
    await long.killed()
    await put(long.store, long.generation, "long.txt", "The heron flies.")
    assert await long.chunks() == 1
    assert await long.left() == []


async def test_discarding_removes_all_staged_chunks(long: Long) -> None:
    many = ["The heron sleeps."] * MANY
    lost = following(long.manifest, long.generation, many)
    await long.store.stage(lost, chunks(many), long.generation)
    await put(long.store, long.generation, "long.txt", "The heron flies.")
    with pytest.raises(Conflict):
        await long.store.commit(lost)
    await long.store.discard(lost)
    assert await long.chunks() == 1


async def test_chunks_of_an_active_writer_are_not_removed(long: Long) -> None:
    at_work = following(long.manifest, long.generation, ["The heron flies."])
    await long.store.stage(at_work, chunks(["The heron flies."]), long.generation)
    await long.store.save_drift_report(REPORT)
    await long.store.commit(at_work)
    assert await texts(long.store, "flies") == ["The heron flies.", "The heron waits."]
