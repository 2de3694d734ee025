"""Bare bulk requests: the time that Elasticsearch itself takes to index chunks, a lower bound."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from itertools import islice
from typing import Any

import aiohttp

from footnote import vectors
from footnote.store.elasticsearch.client import smile
from footnote.store.elasticsearch.client.transport import JSON

BATCH = 500
"""Chunks in a request."""
CONCURRENCY = 2
PAGE = 500


async def copy_index(elasticsearch: str, index: str) -> tuple[int, float]:
    """Copy all chunks to a new index of the same mapping. Returns their number and the seconds."""
    async with aiohttp.ClientSession(elasticsearch) as session:
        copy = f"copy-of-{index}"
        await _create_copy(session, index, copy)
        bodies = [body async for body in _bodies(session, index)]
        requests = iter([b"".join(part) for part in _batches(bodies)])
        began = time.perf_counter()
        await asyncio.gather(*(_send(session, copy, requests) for _ in range(CONCURRENCY)))
        await _ask(session, "POST", f"/{copy}/_refresh")
        seconds = time.perf_counter() - began
        await _ask(session, "DELETE", f"/{copy}")
    return len(bodies), seconds


def _batches(bodies: Iterable[bytes]) -> Iterable[list[bytes]]:
    rest = iter(bodies)
    while part := list(islice(rest, BATCH)):
        yield part


async def _create_copy(session: aiohttp.ClientSession, index: str, copy: str) -> None:
    (found,) = (await _ask(session, "GET", f"/{index}")).values()
    await _ask(session, "PUT", f"/{copy}", {"mappings": found["mappings"]})


async def _bodies(session: aiohttp.ClientSession, index: str) -> AsyncIterator[bytes]:
    """What a bulk request has of each chunk."""
    query: dict[str, Any] = {"size": PAGE, "sort": ["_doc"]}
    page = await _ask(session, "POST", f"/{index}/_search?scroll=1m", query)
    while hits := page["hits"]["hits"]:
        for hit in hits:
            source = hit["_source"]
            vector = {"vector": vectors.parse(source["vector"])}
            yield smile.encode_lines([{"index": {"_id": hit["_id"]}}, source | vector])
        more = {"scroll": "1m", "scroll_id": page["_scroll_id"]}
        page = await _ask(session, "POST", "/_search/scroll", more)


async def _send(session: aiohttp.ClientSession, index: str, requests: Iterable[bytes]) -> None:
    for body in requests:
        headers = {"accept": JSON, "content-type": smile.CONTENT_TYPE}
        async with session.post(f"/{index}/_bulk", data=body, headers=headers) as response:
            if (await response.json())["errors"]:
                raise RuntimeError("Elasticsearch refused a chunk.")


async def _ask(session: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> Any:
    async with session.request(method, path, json=body) as response:
        response.raise_for_status()
        return await response.json()
