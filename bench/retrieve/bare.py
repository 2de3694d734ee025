"""The searches of the same questions put to Elasticsearch, with nothing around them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
from pydantic_core import from_json

from bench.searches import HEADERS, multi_search
from footnote.store import Query

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Bare:
    """The one request that no search can do without: sent as it is, its response only read."""

    session: aiohttp.ClientSession
    elasticsearch: str
    index: str

    async def added(self, text: str, vector: NDArray[np.float32]) -> float:
        """Milliseconds beyond `took`: what Elasticsearch does before and after, and the wire."""
        where = f"{self.elasticsearch}/_msearch"
        sent = multi_search(self.index, [Query(text, vector=vector.tolist())])
        begun = time.perf_counter()
        async with self.session.post(where, data=sent, headers=HEADERS) as response:
            body = await response.read()
        taken = 1000 * (time.perf_counter() - begun)
        response.raise_for_status()
        return taken - float(from_json(body)["took"])
