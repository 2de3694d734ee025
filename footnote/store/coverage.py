"""Query coverage: the share of a query's terms that a passage contains, weighted by idf."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

MIN_CHUNKS = 200
"""The index counts as at least this large: fewer chunks say little about how rare a term is."""


def coverage(
    frequencies: Mapping[str, int], chunks: int, matched: Iterable[Collection[str]]
) -> list[float]:
    """The coverage of each passage, 0 to 1; 0 for a query without terms.

    `frequencies` is the number of chunks that contain each term of the query, out of `chunks`; a term
    that occurs in no chunk weighs most. `matched` has the terms that each passage contains.
    """
    weights = {term: _idf(frequency, chunks) for term, frequency in frequencies.items()}
    total = sum(weights.values())
    sums = (sum(weights[term] for term in weights if term in terms) for terms in matched)
    return [weight / total if total else 0.0 for weight in sums]


def unknown_terms(frequencies: Mapping[str, int]) -> list[str]:
    """The terms that occur in no chunk."""
    return [term for term, frequency in frequencies.items() if not frequency]


def _idf(frequency: int, chunks: int) -> float:
    return math.log1p((max(chunks, frequency, MIN_CHUNKS) - frequency + 0.5) / (frequency + 0.5))
