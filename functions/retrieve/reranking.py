"""Passages in the order of a model that reads each of them together with the question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from footnote.calls.breaker import Breaker
from footnote.contracts import Passage
from footnote.store import Found, Query
from footnote.store.fusion import fuse

Relevance = Callable[[str, Sequence[str]], Awaitable[Sequence[float]]]
"""A question and texts to how much each says about it: comparable only with one another."""


class Reranker:
    """Shows the model the best `candidates` of a search."""

    def __init__(self, relevance: Relevance, candidates: int) -> None:
        self._relevance = relevance
        self._candidates = candidates
        self._breaker = Breaker("The rerank endpoint")

    def wider(self, query: Query) -> Query:
        """The same question, for as many passages as the model is shown."""
        return replace(query, top_k=max(query.top_k, self._candidates))

    async def __call__(self, query: Query, found: Found) -> Found:
        """The best of what was found, scored by the model from 0 to 1. Raises as `relevance` does."""
        if not found.passages:
            return found
        with self._breaker:
            scores = await self._relevance(query.text, [_read(passage) for passage in found.passages])
        ranking = fuse([dict(enumerate(scores))], "minmax")[: query.top_k]
        passages = [found.passages[at].model_copy(update={"score": score}) for at, score in ranking]
        return replace(found, passages=passages, covered=[found.covered[at] for at, _ in ranking])


def best(found: Found, count: int) -> Found:
    """The first of what was found."""
    return replace(found, passages=found.passages[:count], covered=found.covered[:count])


def _read(passage: Passage) -> str:
    """Where it stands, and its text."""
    return "\n".join([" > ".join((passage.title, *passage.headings)), passage.text])
