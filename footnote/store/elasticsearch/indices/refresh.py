"""Refreshes that make written chunks searchable, shared by concurrent callers."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from footnote.concurrency.batching import Batcher
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.client.transport import target

COOLDOWN = 0.1
"""Pause after a refresh, as a multiple of its duration for each caller (see Batcher). Each refresh
creates a segment, however small, and merging segments rebuilds the graph of their vectors."""


class Refresher:
    """A refresh covers what was written before it began, so a caller never joins one under way."""

    def __init__(self, client: Client, cooldown: float) -> None:
        self._client = client
        self._shared = Batcher(
            self._refresh, max_concurrency=1, max_batch_size=sys.maxsize, cooldown=cooldown
        )

    async def __call__(self, indices: Sequence[str]) -> None:
        """Make searchable what was written to these indices until now."""
        await self._shared(indices)

    async def _refresh(self, calls: Sequence[Sequence[str]]) -> list[None]:
        indices = sorted({index for indices in calls for index in indices})
        where = target(",".join(indices), "_refresh", ignore_unavailable="true")
        await self._client.request("POST", where)
        return [None] * len(calls)
