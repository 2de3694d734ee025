"""Ranking metrics. `relevant` maps ids to gains; `ranked` lists distinct ids, best first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence


def ndcg(ranked: Sequence[str], relevant: Mapping[str, float], k: int = 10) -> float:
    """Normalised discounted cumulative gain of the first k, 0 to 1."""
    best = _discounted(sorted(relevant.values(), reverse=True)[:k])
    return _discounted(relevant.get(id, 0) for id in ranked[:k]) / best


def recall(ranked: Sequence[str], relevant: Mapping[str, float], k: int) -> float:
    """The share of the relevant ids that is among the first k."""
    return len(set(ranked[:k]) & relevant.keys()) / len(relevant)


def reciprocal_rank(ranked: Sequence[str], relevant: Mapping[str, float]) -> float:
    """1 / the rank of the first relevant id; 0 if there is none."""
    return next((1 / rank for rank, id in enumerate(ranked, 1) if id in relevant), 0)


def _discounted(gains: Iterable[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


Metric = Callable[[Sequence[str], Mapping[str, float]], float]
METRICS: dict[str, Metric] = {
    "nDCG@10": ndcg,
    "Recall@3": lambda ranked, relevant: recall(ranked, relevant, 3),
    "Recall@10": lambda ranked, relevant: recall(ranked, relevant, 10),
    "MRR": reciprocal_rank,
}
