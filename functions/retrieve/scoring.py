"""Relevance scores from a rerank endpoint."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from footnote import tracing
from footnote.calls.model_client import ModelClient
from footnote.errors import Unavailable
from footnote.settings import Settings

ROUTE = "/rerank"

Scorer = Callable[[str, Sequence[str]], Awaitable[Sequence[float]]]
"""The relevance of each text to a query; only scores of the same call are comparable."""


def endpoint_scorer(settings: Settings) -> Scorer:
    """A scorer that calls an endpoint with the API of Cohere, Jina, vLLM, Infinity and llama.cpp.

    It does not retry, because a question waits for it. It raises as ModelClient does.
    """
    url, timeout = settings.rerank_base_url, settings.rerank_timeout
    client = ModelClient("rerank", url, ROUTE, settings, timeout=timeout, backoff=())
    model = settings.rerank_model

    async def score(query: str, texts: Sequence[str]) -> list[float]:
        body = {"model": model, "query": query, "documents": list(texts), "top_n": len(texts)}
        with tracing.model_span("rerank", model, client.base_url):
            return await client(body, partial(_scores, len(texts)))

    return score


def _scores(count: int, answer: Any) -> list[float]:
    """The scores in the order of the texts."""
    scores = {result["index"]: float(result["relevance_score"]) for result in answer["results"]}
    known = [scores[at] for at in range(count) if math.isfinite(scores.get(at, math.nan))]
    if len(known) < count:
        raise Unavailable(f"The rerank endpoint returned {len(known)} scores for {count} texts.")
    return known
