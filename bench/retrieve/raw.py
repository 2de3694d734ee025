"""The same questions put to SQLite and numpy, with nothing around them.

For the same terms and bigrams, as in the time that Elasticsearch tells of itself.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from footnote.store.fusion import CANDIDATES
from footnote.store.terms import SLOP, bigrams, query_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Raw:
    """One statement for the words, one product for the vectors, one statement for the texts."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file)
        found = self._connection.execute("SELECT row, vector FROM chunks ORDER BY row").fetchall()
        self._rows = np.array([row for row, _ in found])
        self._vectors = np.array([np.frombuffer(vector, np.float32) for _, vector in found])

    def search(self, query: str, vector: NDArray[np.float32], count: int) -> list[Any]:
        terms = query_terms(query)
        pairs = (f'NEAR("{one}" "{other}", {SLOP})' for one, other in bigrams(terms))
        having = " OR ".join([*(f'"{term}"' for term in terms), *pairs])
        found = self._connection.execute(
            "SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?",
            (having or '""', CANDIDATES),
        )
        scores = {row: -rank for row, rank in found}
        cosines = np.einsum("ij,j->i", self._vectors, vector)  # whoever is asked next has all cores
        near = np.argpartition(-cosines, CANDIDATES)[:CANDIDATES]
        for row, cosine in zip(self._rows[near].tolist(), cosines[near].tolist(), strict=True):
            scores[row] = scores.get(row, 0.0) + cosine
        best = sorted(scores, key=lambda row: -scores[row])[:count]
        marks = ",".join("?" * len(best))
        return self._connection.execute(f"SELECT * FROM chunks WHERE row IN ({marks})", best).fetchall()
