"""How much passages say about a question, by a model behind an endpoint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

from footnote import tracing
from footnote.calls.endpoint import Endpoint
from footnote.errors import Unavailable
from footnote.settings import Settings
from functions.retrieve.reranking import Relevance

ROUTE = "/rerank"


def relevance_at(settings: Settings) -> Relevance:
    """Of the endpoint that the settings name, as Cohere, Jina, vLLM, Infinity and llama.cpp have it.

    It is asked once: a question waits for it.
    """
    url, timeout = settings.rerank_base_url, settings.rerank_timeout
    endpoint = Endpoint("rerank", url, ROUTE, settings, timeout=timeout, pauses=())
    model = settings.rerank_model

    async def relevance(query: str, texts: Sequence[str]) -> list[float]:
        body = {"model": model, "query": query, "documents": list(texts), "top_n": len(texts)}
        with tracing.model_span("rerank", model, endpoint.base_url):
            return await endpoint(body, partial(_scores, len(texts)))

    return relevance


def _scores(count: int, answer: Any) -> list[float]:
    """In the order of the texts."""
    scores = {result["index"]: float(result["relevance_score"]) for result in answer["results"]}
    known = [scores[at] for at in range(count) if math.isfinite(scores.get(at, math.nan))]
    if len(known) < count:
        raise Unavailable(f"The rerank endpoint answered {len(known)} scores for {count} texts.")
    return known
