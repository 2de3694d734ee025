"""The searches of the same questions put to Elasticsearch, with nothing around them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
from pydantic_core import from_json

from footnote.store import Query
from footnote.store.elasticsearch.candidates import search_bodies
from footnote.store.elasticsearch.schema import Names
from footnote.store.elasticsearch.transport import JSON, NDJSON, ndjson

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
        where, headers = f"{self.elasticsearch}/_msearch", {"accept": JSON, "content-type": NDJSON}
        sent = self._lines(Query(text, vector=vector.tolist()))
        begun = time.perf_counter()
        async with self.session.post(where, data=sent, headers=headers) as response:
            body = await response.read()
        taken = 1000 * (time.perf_counter() - begun)
        response.raise_for_status()
        return taken - float(from_json(body)["took"])

    def _lines(self, query: Query) -> bytes:
        where = {"index": Names(self.index).chunks}
        bodies = search_bodies(query, {}, ()).values()
        return ndjson(line for body in bodies for line in (where, body))
