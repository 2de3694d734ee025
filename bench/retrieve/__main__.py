"""`python -m bench.retrieve FOLDER`: what retrieve adds to what its database takes."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

import aiohttp
import numpy as np

from bench import running
from bench.report import Measure, publish
from bench.retrieve.bare import Bare
from bench.retrieve.corpus import Corpus, parts
from bench.retrieve.raw import Raw
from footnote.evaluation.questions import QuestionSet
from footnote.settings import PREFIX, Settings
from footnote.store import Recipe, open_store

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZES = (10_000, 100_000)
QUESTIONS = 300
WARM = 100
"""Of these, those asked before the clock is looked at."""
WARMING = 5
"""Rounds of all in which Elasticsearch compiles what it does often."""
NEAREST = 10
BATCH = 100
ADDED = 3.0
RECALL = 0.99


@dataclass(frozen=True, slots=True)
class Model:
    """A text's vector is a row of `vectors`."""

    name: str
    vectors: NDArray[np.float32]


@dataclass(frozen=True)
class Asked:
    text: str
    vector: NDArray[np.float32]
    body: Mapping[str, Any]

    @cached_property
    def encoded(self) -> bytes:
        return json.dumps(self.body).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a question set in BEIR's format")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="chunks")
    given = parser.parse_args()
    found = QuestionSet.load(given.folder)
    texts = parts(found)
    questions = [question.text for question in found.questions[:QUESTIONS]]
    if len(questions) <= WARM:
        sys.exit(f"{given.folder} has {len(questions)} questions; more than {WARM} are needed.")
    measures = asyncio.run(_all(texts, questions, given.sizes))
    publish("retrieve", measures, questions=len(questions) - WARM)


async def _all(texts: Sequence[str], questions: Sequence[str], sizes: Sequence[int]) -> list[Measure]:
    measures: list[Measure] = []
    with tempfile.TemporaryDirectory() as folder:
        made = await embed(Path(folder), [*texts, *questions])
    vectors, asked = made.vectors[: len(texts)], _asked(questions, made, len(texts))
    for size in sizes:
        corpus = Corpus.of(texts, vectors, size)
        measures += await _sqlite(corpus, made.name, asked)
        measures += await _elasticsearch(corpus, made.name, asked)
    return measures


async def embed(folder: Path, texts: Sequence[str]) -> Model:
    """By the function embed."""
    rows: list[Any] = []
    async with running.functions(folder, ("embed",)) as (session, urls):
        for first in range(0, len(texts), BATCH):
            print(f"{first} of {len(texts)} texts embedded", end="\r", file=sys.stderr)
            body = {"input": texts[first : first + BATCH]}
            answer = await _post(session, f"{urls['embed']}/v1/embeddings", body)
            rows += [each["embedding"] for each in answer["data"]]
    return Model(answer["model"], np.array(rows, np.float32))


def _asked(questions: Sequence[str], made: Model, first: int) -> list[Asked]:
    bodies = []
    for question, vector in zip(questions, made.vectors[first:], strict=True):
        body = {"query": question, "vector": vector.tolist(), "model": made.name, "top_k": 5}
        bodies.append(Asked(question, vector, body))
    return bodies


async def _sqlite(corpus: Corpus, model: str, asked: Sequence[Asked]) -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        await _write(corpus, model, {f"{PREFIX}STATE": f"{folder}/state"})
        raw = Raw(Path(folder) / "state" / "index.sqlite")
        added, bare = [], []
        async with running.functions(Path(folder), ("retrieve",)) as (session, urls):
            for each in asked:
                begun = time.perf_counter()
                raw.search(each.text, each.vector, 5)
                bare.append(1000 * (time.perf_counter() - begun))
                total, _ = await _timed(session, urls["retrieve"], each)
                added.append(total - bare[-1])
    name = f"{len(corpus.texts):,} chunks, SQLite"
    return [
        Measure(f"{name}: raw", median(bare[WARM:]), "ms"),
        Measure(f"{name}: added to raw", median(added[WARM:]), "ms", ADDED),
    ]


async def _elasticsearch(corpus: Corpus, model: str, asked: Sequence[Asked]) -> list[Measure]:
    index = f"bench-{secrets.token_hex(4)}"
    given = {f"{PREFIX}STORE": "elasticsearch", f"{PREFIX}INDEX": index}
    added, took, bare = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        await _write(corpus, model, given)
        async with running.functions(Path(folder), ("retrieve",), **given) as (session, urls):
            alone = Bare(session, os.environ["ELASTICSEARCH_URL"], index)
            for each in [*asked] * WARMING:
                await _timed(session, urls["retrieve"], each)
            for each in asked:
                total, answer = await _timed(session, urls["retrieve"], each)
                took.append(answer["took_ms"])
                added.append(total - took[-1])
                bare.append(await alone.added(each.text, each.vector))
            recall = await _recall(session, urls["retrieve"], corpus, asked)
    name = f"{len(corpus.texts):,} chunks, Elasticsearch"
    return [
        Measure(f"{name}: took", median(took[WARM:]), "ms"),
        Measure(f"{name}: added to took by its answer alone", median(bare[WARM:]), "ms"),
        Measure(f"{name}: added to took", median(added[WARM:]), "ms", ADDED),
        Measure(f"{name}: recall@{NEAREST} of exact", recall, "", RECALL, "at least"),
    ]


async def _recall(
    session: aiohttp.ClientSession, url: str, corpus: Corpus, asked: Sequence[Asked]
) -> float:
    """The share of the exactly nearest that retrieve finds by vectors alone."""
    shares = []
    for each in asked:
        answer = await _post(session, url, {**each.body, "mode": "vector", "top_k": NEAREST})
        found = {hit["text"] for hit in answer["hits"]}
        shares.append(len(corpus.nearest(each.vector, NEAREST) & found) / NEAREST)
    return mean(shares)


async def _write(corpus: Corpus, model: str, given: Mapping[str, str]) -> None:
    store = open_store(Settings.from_environ(os.environ | given))
    generation = await store.ensure_live(Recipe(model, corpus.vectors.shape[1], "two-sentences"))
    await corpus.write(store, generation)
    for name in await store.optimize():
        await _rebuild(name)
    await store.close()


async def _rebuild(index: str) -> None:
    """Return once Elasticsearch has built the graph that was begun."""
    patience = aiohttp.ClientTimeout(None)
    async with aiohttp.ClientSession(os.environ["ELASTICSEARCH_URL"], timeout=patience) as session:
        await _post(session, f"/{index}/_forcemerge?max_num_segments=1", None)


async def _timed(session: aiohttp.ClientSession, url: str, asked: Asked) -> tuple[float, Any]:
    """Milliseconds from the request to the whole response, and what it says."""
    body, headers = asked.encoded, {"content-type": "application/json"}
    begun = time.perf_counter()
    async with session.post(url, data=body, headers=headers) as response:
        answer = await response.read()
    taken = 1000 * (time.perf_counter() - begun)
    response.raise_for_status()
    return taken, json.loads(answer)


async def _post(session: aiohttp.ClientSession, url: str, body: Any) -> Any:
    async with session.post(url, json=body) as response:
        if not response.ok:
            sys.exit(await response.text())
        return await response.json()


if __name__ == "__main__":
    main()
