"""A dropped generation whose chunks were not removed, because the process was killed."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from footnote.store import Generation, Manifest
from footnote.store.sqlite import SqliteStore, generations
from footnote.store.sqlite.database import Database
from tests.contract.samples import RECIPE, REPORT, ask, chunks, put


@dataclass
class Interrupted:
    """A store with a dropped generation, none of whose chunks were removed yet."""

    path: Path
    store: SqliteStore
    live: Generation
    manifest: Manifest
    coverage: float
    """Coverage of a query before the other generation was created."""

    def chunks(self) -> int:
        """The number of chunks of all generations."""
        with closing(sqlite3.connect(self.path)) as connection:
            return int(connection.execute("SELECT count(*) FROM chunks").fetchone()[0])


@pytest.fixture
async def interrupted(tmp_path: Path) -> AsyncIterator[Interrupted]:
    path = tmp_path / "index.sqlite"
    store = SqliteStore(path)
    live = await store.ensure_live(RECIPE)
    manifest = await put(store, live, "a.txt", "The heron fishes.", "It waits.")
    coverage = (await ask(store, "heron waits")).coverage
    other = await store.create_next(RECIPE._replace(chunking="another"))
    held = {**manifest.chunk_counts, other.name: 600}
    await store.stage(manifest, chunks(["The heron."] * 600), other)
    manifest = await store.commit(replace(manifest, sequence=2, chunk_counts=held))
    killed = Database(path)
    await killed.write(partial(generations.mark_dropped, generation=other))
    await killed.close()
    yield Interrupted(path, store, live, manifest, coverage)
    await store.close()


async def test_it_is_not_listed_any_more(interrupted: Interrupted) -> None:
    store, live = interrupted.store, interrupted.live
    assert await store.generations() == (live,)
    again = await store.create_next(RECIPE._replace(chunking="another"))
    assert await store.generations() == (live, again)
    assert interrupted.manifest.missing_from([again]) == [again]


async def test_its_chunks_do_not_affect_coverage(interrupted: Interrupted) -> None:
    assert (await ask(interrupted.store, "heron waits")).coverage == interrupted.coverage


async def test_saving_a_drift_report_removes_its_chunks(interrupted: Interrupted) -> None:
    assert interrupted.chunks() == 602
    await interrupted.store.save_drift_report(REPORT)
    assert interrupted.chunks() == 2
    assert (await ask(interrupted.store, "heron waits")).coverage == interrupted.coverage
    assert await interrupted.store.drift_report() == REPORT
