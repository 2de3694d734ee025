"""Batching: the searches and reads of concurrent queries share requests to Elasticsearch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from footnote.concurrency.batching import Batcher, split_results
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.client.transport import ndjson

MAX_CONCURRENCY = 4
"""Concurrent requests of each kind."""
MAX_BATCH_SIZE = 16
"""Queries that share one request, at most."""
NO_PARTIAL_RESULTS = {"allow_partial_search_results": False}
"""A search fails if a shard is not available, instead of finding less."""


class SearchResponses(NamedTuple):
    responses: Sequence[Any]
    took: float
    """Milliseconds of the whole request."""


class QueryBatcher:
    def __init__(self, client: Client) -> None:
        self._client = client
        self.search = Batcher(
            self._search, max_concurrency=MAX_CONCURRENCY, max_batch_size=MAX_BATCH_SIZE
        )
        """Takes the searches of one query, each an index and a body, and returns SearchResponses."""
        self.get = Batcher(self._get, max_concurrency=MAX_CONCURRENCY, max_batch_size=MAX_BATCH_SIZE)
        """Takes the `docs` of an _mget, and returns those documents as of now."""

    async def _search(self, queries: Sequence[Sequence[tuple[str, Any]]]) -> list[SearchResponses]:
        searches = chain.from_iterable(queries)
        body = ndjson(
            line
            for index, search in searches
            for line in ({"index": index, **NO_PARTIAL_RESULTS}, search)
        )
        answer = await self._client.request("POST", "/_msearch", body)
        responses = split_results(answer["responses"], queries)
        return [SearchResponses(part, answer["took"]) for part in responses]

    async def _get(self, queries: Sequence[Sequence[Any]]) -> list[list[Any]]:
        wanted = list(chain.from_iterable(queries))
        answer = await self._client.request("POST", "/_mget", {"docs": wanted})
        return split_results(answer["docs"], queries)
