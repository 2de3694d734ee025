import sqlite3
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.store import Generation, Recipe
from footnote.store.sqlite.vectors import VectorCache, highest

GENERATION = Generation("one", Recipe("m", 2, "c"))
OTHER = Generation("other", Recipe("m", 3, "c"))


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute(
            "CREATE TABLE chunks (row INTEGER PRIMARY KEY AUTOINCREMENT, generation, vector)"
        )
        yield connection


def add(connection: sqlite3.Connection, generation: Generation, count: int) -> None:
    vector = np.ones(generation.recipe.dimensions, np.float32).tobytes()
    connection.executemany(
        "INSERT INTO chunks (generation, vector) VALUES (?, ?)", [(generation.name, vector)] * count
    )


def test_new_rows_are_appended(connection: sqlite3.Connection) -> None:
    cache = VectorCache()
    assert len(cache.current(connection, GENERATION).rows) == 0
    add(connection, GENERATION, 3)
    first = cache.current(connection, GENERATION)
    assert first.rows.tolist() == [1, 2, 3]
    add(connection, OTHER, 1)
    add(connection, GENERATION, 2)
    assert cache.current(connection, GENERATION).rows.tolist() == [1, 2, 3, 5, 6]
    assert first.rows.tolist() == [1, 2, 3]
    assert first.cosines([0.6, 0.8]).values.tolist() == pytest.approx([1.4] * 3)


def test_another_generation_replaces_the_cached_one(connection: sqlite3.Connection) -> None:
    cache = VectorCache()
    add(connection, GENERATION, 2)
    add(connection, OTHER, 3)
    assert cache.current(connection, GENERATION).matrix.shape == (2, 2)
    assert cache.current(connection, OTHER).matrix.shape == (3, 3)
    assert cache.current(connection, GENERATION).rows.tolist() == [1, 2]


def test_removed_rows_do_not_accumulate(connection: sqlite3.Connection) -> None:
    cache = VectorCache()
    for _ in range(10):
        add(connection, GENERATION, 100)
        cache.current(connection, GENERATION)
        connection.execute("DELETE FROM chunks")
    assert len(cache.current(connection, GENERATION).rows) <= 200


@given(st.lists(st.floats(-1, 1, width=32), max_size=40), st.integers(1, 50))
def test_the_highest_values_come_first(values: list[float], count: int) -> None:
    array = np.asarray(values, np.float32)
    found = highest(array, count).tolist()
    assert len(set(found)) == len(found) == min(count, len(values))
    assert array[found].tolist() == sorted(values, reverse=True)[:count]
