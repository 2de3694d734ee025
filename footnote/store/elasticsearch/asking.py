"""What several questions ask of Elasticsearch at once, put into one request."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from footnote.concurrency.batching import Batcher, split_results
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.wire import lines

CALLS = 4
"""Requests of a kind under way at once."""
QUESTIONS = 16
"""In one request."""
WHOLE = {"allow_partial_search_results": False}
"""Of a search: without a shard it fails, and does not find less."""


class Answered(NamedTuple):
    responses: Sequence[Any]
    took: float
    """Milliseconds of the whole request."""


class Asking:
    def __init__(self, client: Client) -> None:
        self._client = client
        self.search = Batcher(self._search, max_concurrency=CALLS, max_batch_size=QUESTIONS)
        """The searches of one question, each an index and a body, and a response to each."""
        self.get = Batcher(self._get, max_concurrency=CALLS, max_batch_size=QUESTIONS)
        """Documents, and each as it is at this moment."""

    async def _search(self, questions: Sequence[Sequence[tuple[str, Any]]]) -> list[Answered]:
        asked = chain.from_iterable(questions)
        sent = lines(line for index, body in asked for line in ({"index": index, **WHOLE}, body))
        answer = await self._client("POST", "/_msearch", sent)
        return [Answered(part, answer["took"]) for part in split_results(answer["responses"], questions)]

    async def _get(self, questions: Sequence[Sequence[Any]]) -> list[list[Any]]:
        wanted = list(chain.from_iterable(questions))
        answer = await self._client("POST", "/_mget", {"docs": wanted})
        return split_results(answer["docs"], questions)
