"""Reranks passages by a model that reads each of them together with the query."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from footnote.calls.circuit_breaker import CircuitBreaker
from footnote.contracts import Passage
from footnote.store import Query, SearchResult
from footnote.store.fusion import fuse

if TYPE_CHECKING:
    from footnote.settings import Settings
    from functions.retrieve.scoring import Scorer


class Reranker:
    """Reranks the best `candidates` passages of a search."""

    def __init__(self, score: Scorer, candidates: int) -> None:
        self._score = score
        self._candidates = candidates
        self._breaker = CircuitBreaker("The rerank endpoint")

    @classmethod
    def from_settings(cls, settings: Settings) -> Reranker | None:
        """None if the settings name no rerank endpoint; what calls one is then not imported."""
        if not settings.rerank_base_url:
            return None
        from functions.retrieve.scoring import endpoint_scorer

        return cls(endpoint_scorer(settings), settings.rerank_candidates)

    def widen(self, query: Query) -> Query:
        """The same query for as many passages as the model is to read."""
        return replace(query, top_k=max(query.top_k, self._candidates))

    async def __call__(self, query: Query, result: SearchResult) -> SearchResult:
        """The best `query.top_k` passages, with scores from 0 to 1. Raises as the scorer does."""
        if not result.passages:
            return result
        with self._breaker:
            scores = await self._score(query.text, [_text(passage) for passage in result.passages])
        ranking = fuse([dict(enumerate(scores))], "minmax")[: query.top_k]
        passages = [result.passages[at].model_copy(update={"score": score}) for at, score in ranking]
        return replace(result, passages=passages, coverages=[result.coverages[at] for at, _ in ranking])


def truncate(result: SearchResult, count: int) -> SearchResult:
    """The first `count` passages of a search result."""
    return replace(result, passages=result.passages[:count], coverages=result.coverages[:count])


def _text(passage: Passage) -> str:
    """What the model reads of a passage: its title and heading path, and its text."""
    return "\n".join([" > ".join((passage.title, *passage.headings)), passage.text])
