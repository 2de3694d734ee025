"""Rank fusion: merges the results of keyword and vector search into one ranking."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from operator import itemgetter
from typing import Literal, TypeVar

Fusion = Literal["minmax", "reciprocal"]
Key = TypeVar("Key", bound=Hashable)

CANDIDATES = 100
"""Number of candidates that each arm of a search returns."""
RANK_CONSTANT = 60


def fuse(arms: Sequence[Mapping[Key, float]], fusion: Fusion) -> list[tuple[Key, float]]:
    """The candidates of all arms with their fused scores, 0 to 1, best first.

    Each arm maps its candidates to their scores, higher is better, and all arms have equal weight. Ties
    keep the order of the arms.
    """
    scale = _SCALES[fusion]
    total: dict[Key, float] = {}
    for arm in arms:
        for key, score in scale(arm).items():
            total[key] = total.get(key, 0.0) + score / len(arms)
    return sorted(total.items(), key=itemgetter(1), reverse=True)


def _minmax(arm: Mapping[Key, float]) -> dict[Key, float]:
    low, high = min(arm.values(), default=0), max(arm.values(), default=0)
    if low == high:
        return dict.fromkeys(arm, 1.0)
    return {key: (score - low) / (high - low) for key, score in arm.items()}


def _reciprocal(arm: Mapping[Key, float]) -> dict[Key, float]:
    ranked = sorted(arm, key=lambda key: -arm[key])
    return {key: (RANK_CONSTANT + 1) / (RANK_CONSTANT + rank) for rank, key in enumerate(ranked, 1)}


_SCALES: dict[Fusion, Callable[[Mapping[Key, float]], dict[Key, float]]] = {
    "minmax": _minmax,
    "reciprocal": _reciprocal,
}
