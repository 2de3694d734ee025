"""Which adapter the settings ask for; only that one is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.retrieve.reranking import Reranker

if TYPE_CHECKING:
    from footnote.settings import Settings


def open_reranker(settings: Settings) -> Reranker | None:
    """The reranker that the settings name; most name none."""
    if not settings.rerank_base_url:
        return None
    from functions.retrieve.relevance import relevance_at

    return Reranker(relevance_at(settings), settings.rerank_candidates)
