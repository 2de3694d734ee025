"""How much of a question the passages speak of at all."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping


def coverage(frequencies: Mapping[str, int], chunks: int, found: Collection[str]) -> float:
    """Share of the words that were `found`, each weighing its idf; 0 to 1.

    `frequencies` says how many of the `chunks` each word of the question is in. A word of no chunk
    weighs most. 0 for a question without words.
    """
    weights = {word: _idf(frequency, chunks) for word, frequency in frequencies.items()}
    total = sum(weights.values())
    return sum(weights[word] for word in weights if word in found) / total if total else 0.0


def _idf(frequency: int, chunks: int) -> float:
    return math.log1p((max(chunks, frequency) - frequency + 0.5) / (frequency + 0.5))
