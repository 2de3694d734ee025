"""How much of a question a passage speaks of at all."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

FEW = 200
"""Chunks; of fewer, their number says little about how rare a word is."""


def coverage(
    frequencies: Mapping[str, int], chunks: int, found: Iterable[Collection[str]]
) -> list[float]:
    """Share of the words that are `found` in each passage, each weighing its idf; 0 to 1.

    `frequencies` says how many of the `chunks` each word of the question is in. A word of no chunk
    weighs most. 0 for a question without words.
    """
    weights = {word: _idf(frequency, chunks) for word, frequency in frequencies.items()}
    total = sum(weights.values())
    held = (sum(weights[word] for word in weights if word in words) for words in found)
    return [share / total if total else 0.0 for share in held]


def _idf(frequency: int, chunks: int) -> float:
    return math.log1p((max(chunks, frequency, FEW) - frequency + 0.5) / (frequency + 0.5))
