"""Exact vector search: the vectors of one generation in memory, shared by all searches."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

import numpy as np
from numpy.typing import NDArray

from footnote.store import Generation

MAX_REMOVED_SHARE = 0.25
"""Share of cached rows that may have been removed from the table before all are read again."""
BATCH = 4096


@dataclass(frozen=True, slots=True)
class Cosines:
    """Row numbers of the chunks table, ascending, and the cosine of each."""

    rows: NDArray[np.int64]
    values: NDArray[np.float32]

    def nearest(self, count: int) -> NDArray[np.intp]:
        """Positions of the `count` highest cosines, the highest first."""
        return highest(self.values, count)

    def nearest_of(self, rows: Sequence[int], count: int) -> NDArray[np.intp]:
        """Like `nearest`, among those of `rows` that are cached."""
        positions = np.flatnonzero(np.isin(self.rows, np.asarray(rows, dtype=np.int64)))
        return positions[highest(self.values[positions], count)]

    def at(self, positions: NDArray[np.intp]) -> dict[int, float]:
        """The cosines at these positions, by row."""
        return dict(zip(self.rows[positions].tolist(), self.values[positions].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Vectors:
    """Row numbers of the chunks table, ascending, and the vector of each."""

    rows: NDArray[np.int64]
    matrix: NDArray[np.float32]

    def cosines(self, vector: Sequence[float]) -> Cosines:
        """The cosine of `vector`, which has unit length, and each row's vector.

        einsum avoids BLAS, whose own threads keep a core busy for a while after each product.
        """
        query = np.asarray(vector, dtype=np.float32)
        return Cosines(self.rows, np.einsum("ij,j->i", self.matrix, query))


class VectorBuffer:
    """Growable vectors with spare capacity: few additions copy, and earlier views stay valid."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self.size = 0
        self._rows = np.empty(0, np.int64)
        self._matrix = np.empty((0, dimensions), np.float32)

    def view(self) -> Vectors:
        return Vectors(self._rows[: self.size], self._matrix[: self.size])

    def add(self, rows: Sequence[int], vectors: bytes) -> None:
        end = self.size + len(rows)
        if end > len(self._rows):
            self._reserve(max(end, 2 * self.size))
        self._rows[self.size : end] = rows
        self._matrix[self.size : end] = np.frombuffer(vectors, np.float32).reshape(len(rows), -1)
        self.size = end

    def _reserve(self, capacity: int) -> None:
        old = self.view()
        self._rows = np.empty(capacity, np.int64)
        self._matrix = np.empty((capacity, self.dimensions), np.float32)
        self._rows[: self.size] = old.rows
        self._matrix[: self.size] = old.matrix


class VectorCache:
    """Row numbers only grow, so the cache has every row that a reader sees once it has the highest one.

    It may also have rows that were removed, or that are too new for the reader: a search checks in the
    tables which rows it may show.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._generation = ""
        self._highest = 0
        self._vectors = VectorBuffer(0)

    def current(self, connection: Connection, generation: Generation) -> Vectors:
        """The vectors of `generation`: at least all that the connection's transaction sees."""
        (highest,) = connection.execute("SELECT coalesce(max(row), 0) FROM chunks").fetchone()
        with self._lock:
            if generation.name != self._generation:
                self._clear(generation.name, generation.recipe.dimensions)
            if highest > self._highest:
                self._extend(connection, highest)
            return self._vectors.view()

    def _extend(self, connection: Connection, highest: int) -> None:
        if self._has_many_removed(connection):
            self._clear(self._generation, self._vectors.dimensions)
        new = connection.execute(
            "SELECT row, vector FROM chunks WHERE row > ? AND generation = ? ORDER BY row",
            (self._highest, self._generation),
        )
        while batch := new.fetchmany(BATCH):
            self._vectors.add([row["row"] for row in batch], b"".join(row["vector"] for row in batch))
        self._highest = highest

    def _has_many_removed(self, connection: Connection) -> bool:
        count = "SELECT count(*) FROM chunks WHERE generation = ? AND row <= ?"
        (alive,) = connection.execute(count, (self._generation, self._highest)).fetchone()
        return bool(alive < self._vectors.size * (1 - MAX_REMOVED_SHARE))

    def _clear(self, generation: str, dimensions: int) -> None:
        self._generation = generation
        self._highest = 0
        self._vectors = VectorBuffer(dimensions)


def highest(values: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Positions of the `count` highest values, highest first; ties keep their order."""
    if count < len(values):
        chosen = np.sort(np.argpartition(-values, count)[:count])
    else:
        chosen = np.arange(len(values))
    return chosen[np.argsort(-values[chosen], kind="stable")]
