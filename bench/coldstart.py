"""Cold starts: each function from process start to its first correct answer, beside a bare function.

The functions it asks for that answer are warm, and so is Elasticsearch. All are started in turn, round
after round, so that whatever else the machine does falls on all alike.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from elasticsearch import Elasticsearch

from bench import running
from bench.report import Measure, publish, table
from bench.starting import ROOT, Cold, Request, Start, start
from footnote import events

TARGETS = {
    "embed": 2.0,
    "answer": 1.5,
    "retrieve": 1.5,
    "retrieve on Elasticsearch": 1.5,
    "ingest": 1.5,
    "ingest on Elasticsearch": 1.5,
}
SERVER, OPTIONS = "footnote.launcher", ("--ws", "none")
"""As the images start their server."""
WARMING = 100
"""Requests of each kind."""
DOCUMENT = "# Penguins\n\nThe emperor penguin is the tallest of all penguins.\n"
QUESTION = "Which penguin is the tallest?"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        starts = asyncio.run(_measure(Path(folder), rounds))
    bare = starts["bare"]
    table(
        ("function", "seconds", "CPU seconds", "MB"), [_row(name, all_) for name, all_ in starts.items()]
    )
    print()
    measures = [
        Measure(f"{name}: time beside bare", _ratio(starts[name], bare), "times", target)
        for name, target in TARGETS.items()
    ]
    publish("coldstart", measures, rounds=rounds, medians={n: _medians(s) for n, s in starts.items()})


async def _measure(folder: Path, rounds: int) -> dict[str, list[Start]]:
    (folder / "bucket").mkdir()
    (folder / "bucket" / "penguins.md").write_text(DOCUMENT)
    running.index(folder)
    async with running.functions(folder, ("embed", "retrieve")) as (session, urls), _apart() as apart:
        running.index(folder, **apart)
        addresses = {f"FOOTNOTE_{name.upper()}_URL": url for name, url in urls.items()}
        async with session.post(f"{urls['embed']}/v1/embeddings", json={"input": QUESTION}) as response:
            embedded = await response.json()
        functions = _functions(folder, running.environ(folder) | addresses, apart, embedded)
        await _warm(folder, apart, functions)
        return await asyncio.to_thread(_rounds, functions, rounds)


async def _warm(folder: Path, apart: Mapping[str, str], functions: list[Cold]) -> None:
    """Ask Elasticsearch what functions that start will ask: it compiles what it does often."""
    async with running.functions(folder, ("embed", "retrieve", "ingest"), **apart) as (session, urls):
        for function in functions:
            if function.environ.items() >= apart.items():
                for request in (function.request() for _ in range(WARMING)):
                    url = urls[function.source.parent.name] + request.path
                    async with session.post(url, data=request.body, headers=request.headers) as answer:
                        answer.raise_for_status()
                        await answer.read()


@asynccontextmanager
async def _apart() -> AsyncIterator[dict[str, str]]:
    """Settings for indices of our own in Elasticsearch, which are gone in the end."""
    index = f"cold-{uuid.uuid4().hex[:8]}"
    with Elasticsearch(os.environ["ELASTICSEARCH_URL"]) as elasticsearch:
        try:
            yield {"FOOTNOTE_STORE": "elasticsearch", "FOOTNOTE_INDEX": index}
        finally:
            if made := list(elasticsearch.indices.get(index=f"{index}-*")):
                elasticsearch.indices.delete(index=made)


def _rounds(functions: list[Cold], rounds: int) -> dict[str, list[Start]]:
    starts: dict[str, list[Start]] = {function.name: [] for function in functions}
    for number in range(-1, rounds):
        print(f"round {max(number + 1, 0)} of {rounds}", end="\r", flush=True, file=sys.stderr)
        for function in functions:
            measured = start(function)
            if number >= 0:  # the round before the first warms the disk's cache
                starts[function.name].append(measured)
    return starts


def _functions(
    folder: Path, environ: Mapping[str, str], elasticsearch: Mapping[str, str], embedded: Any
) -> list[Cold]:
    """Each with a request as it gets it in production; retrieve is given the vector, as by answer."""
    vector = {"vector": embedded["data"][0]["embedding"], "model": embedded["model"]}

    def cold(name: str, request: Callable[[], Request], correct: Callable[[bytes], bool]) -> Cold:
        source = ROOT / "functions" / name / "main.py"
        return Cold(name, source, request, correct, environ, SERVER, OPTIONS)

    def there(function: Cold) -> Cold:
        name = f"{function.name} on Elasticsearch"
        return replace(function, name=name, environ={**environ, **elasticsearch})

    retrieve = cold("retrieve", lambda: _json({"query": QUESTION, **vector}), _speaks_of_penguins)
    ingest = cold("ingest", _new_document(folder / "bucket"), lambda body: b'"indexed"' in body)
    return [
        Cold("bare", ROOT / "bench" / "bare" / "main.py", lambda: Request(b"hello"), b"hello".__eq__),
        cold("embed", lambda: _json({"input": QUESTION}), lambda body: b'"embedding":[' in body),
        cold("answer", lambda: _json({"query": QUESTION}, "/query"), _speaks_of_penguins),
        *(retrieve, there(retrieve)),
        *(ingest, there(ingest)),
    ]


def _json(body: dict[str, Any], path: str = "/") -> Request:
    return Request(json.dumps(body).encode(), path=path)


def _speaks_of_penguins(body: bytes) -> bool:
    return b"emperor penguin" in body


def _new_document(bucket: Path) -> Callable[[], Request]:
    """A request that tells of a document just written to the bucket."""
    numbers = count()

    def request() -> Request:
        key = f"{next(numbers)}.md"
        (bucket / key).write_text(f"{DOCUMENT}\nThis is copy {key}.\n")
        headers, body = events.to_http(events.object_changed_event(f"file://{bucket}", key))
        return Request(body, headers)

    return request


def _medians(starts: list[Start]) -> dict[str, float]:
    return {
        "seconds": median(start.seconds for start in starts),
        "cpu_seconds": median(start.cpu for start in starts),
        "memory_bytes": median(start.memory for start in starts),
    }


def _ratio(starts: list[Start], bare: list[Start]) -> float:
    """The median over the rounds: the two starts of one round met the same machine."""
    return median(a.seconds / b.seconds for a, b in zip(starts, bare, strict=True))


def _row(name: str, starts: list[Start]) -> tuple[str, str, str, str]:
    of = _medians(starts)
    return name, f"{of['seconds']:.2f}", f"{of['cpu_seconds']:.2f}", f"{of['memory_bytes'] / 1e6:.0f}"


if __name__ == "__main__":
    main()
