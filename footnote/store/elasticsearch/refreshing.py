"""What makes searches see what was written, for all together who wait for that."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from footnote.concurrency.batching import Batcher
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.wire import target

REST = 0.1
"""How long there is none after one, as Batcher tells: each makes a segment, however small, and what
merges segments has to build the graph of their vectors anew."""


class Refreshing:
    """A refresh sees all that was written before it begins: so nobody shares one that has begun."""

    def __init__(self, client: Client, rest: float) -> None:
        self._client = client
        self._shared = Batcher(
            self._refresh, max_concurrency=1, max_batch_size=sys.maxsize, cooldown=rest
        )

    async def __call__(self, indices: Sequence[str]) -> None:
        """Let searches of these indices see what was written to them until now."""
        await self._shared(indices)

    async def _refresh(self, asked: Sequence[Sequence[str]]) -> list[None]:
        indices = sorted({index for indices in asked for index in indices})
        where = target(",".join(indices), "_refresh", ignore_unavailable="true")
        await self._client("POST", where)
        return [None] * len(asked)
