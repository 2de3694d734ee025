"""The rate at which Elasticsearch alone answers Footnote's searches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from itertools import islice

import aiohttp

from bench.load.standin import vector
from bench.searches import HEADERS, multi_search
from footnote.store import Query
from footnote.store.elasticsearch.client.batching import MAX_BATCH_SIZE, MAX_CONCURRENCY

WARM_UP = 3.0
"""Seconds before it counts."""


async def rate(elasticsearch: str, index: str, questions: Iterator[str], seconds: float) -> float:
    """Questions a second whose searches are answered, as many at once as Footnote sends."""
    asked = iter(list(_requests(index, list(islice(questions, 4_000)))) * 100)
    answered: list[float] = []
    async with aiohttp.ClientSession(elasticsearch, headers=HEADERS) as session:
        begun = time.perf_counter() + WARM_UP
        until = begun + seconds
        await asyncio.gather(*(_ask(session, asked, until, answered) for _ in range(MAX_CONCURRENCY)))
    return MAX_BATCH_SIZE * sum(at > begun for at in answered) / seconds


async def _ask(
    session: aiohttp.ClientSession, requests: Iterator[bytes], until: float, answered: list[float]
) -> None:
    while time.perf_counter() < until:
        async with session.post("/_msearch", data=next(requests)) as response:
            response.raise_for_status()
            await response.read()
        answered.append(time.perf_counter())


def _requests(index: str, questions: Sequence[str]) -> Iterator[bytes]:
    queries = [Query(question, vector=vector(question).tolist()) for question in questions]
    for start in range(0, len(queries) - MAX_BATCH_SIZE, MAX_BATCH_SIZE):
        yield multi_search(index, queries[start : start + MAX_BATCH_SIZE])
