"""`python -m bench.load FOLDER`: a thousand users ask the questions of a set, about its documents."""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvloop

from bench.load import baseline, latency, questions, standin
from bench.load.contenders import INDEX, Contender, Rig
from bench.load.load_test import Load, LoadTest
from bench.load.report import report
from bench.load.standin import Pace
from bench.load.streams import PACE, Streams, stream
from bench.load.users import requests
from footnote.evaluation.questions import QuestionSet

MEMORY = 16 << 30
"""Bytes of address space of any process here."""
FEW = 10
"""Users of the article's service, which answers one question at a time."""
AGAIN, NEW = "as they come", "all new"


@dataclass(frozen=True, slots=True)
class Entry:
    """A contender, how many users ask it, and what."""

    contender: AbstractAsyncContextManager[Contender]
    users: int
    kinds: Sequence[str]


class Bench:
    def __init__(self, rig: Rig, load_test: LoadTest, rounds: int, users: int) -> None:
        self.rig = rig
        self.load_test = load_test
        self.rounds = rounds
        self.users = users

    async def loads(self) -> list[Load]:
        """All contenders in turn, and in reverse order in the next round. Before, both sides warm up
        Elasticsearch, so that the first has no disadvantage."""
        await self._warm()
        found: dict[tuple[str, str], Load] = {}
        for number in range(self.rounds):
            entries = self._entries()
            async for load in self._round(entries[::-1] if number % 2 else entries):
                known = found.get((load.contender, load.asked))
                found[load.contender, load.asked] = known + load if known else load
        return list(found.values())

    async def _warm(self) -> None:
        for entry in self._entries()[:2]:
            async with entry.contender as contender:
                for _ in range(3):
                    await self.load_test.run(contender, NEW, FEW)

    async def _round(self, entries: Sequence[Entry]) -> AsyncIterator[Load]:
        for entry in entries:
            async with entry.contender as contender:
                for kind in entry.kinds:
                    yield await self.load_test.run(contender, kind, entry.users)

    def _entries(self) -> list[Entry]:
        model, rig = self.load_test.model, self.rig
        tuned = partial(rig.langchain, model, "LangChain, tuned", "query_async")
        return [
            Entry(rig.footnote(model, 2), self.users, (AGAIN, NEW)),
            Entry(tuned(2), self.users, (AGAIN, NEW)),
            Entry(rig.footnote(model), self.users, (AGAIN, NEW)),
            Entry(tuned(1), self.users, (AGAIN,)),
            Entry(rig.langchain(model, "the article's", "query", 1), FEW, (AGAIN,)),
        ]

    async def added(self) -> dict[str, latency.AddedLatency]:
        """To a question, by whether it was asked before."""
        load_test = self.load_test
        async with self.rig.footnote(load_test.model) as footnote:
            await load_test.run(footnote, NEW, FEW)
            new = list(load_test.bodies(NEW))[-latency.QUESTIONS :]
            return {
                kind: await latency.measure(footnote.url, load_test.model, new)
                for kind in (NEW, "once more")
            }


async def streamed(rig: Rig, kinds: LoadTest, users: int) -> list[Streams]:
    with standin.running(PACE) as model:
        async with rig.footnote(model) as footnote:
            asked = requests(footnote.url, kinds.bodies(AGAIN), accept="text/event-stream")
            return [await stream(footnote, model, asked, users) for _ in range(2)]


async def run(rig: Rig, texts: Sequence[str], given: argparse.Namespace) -> None:
    kinds = {
        AGAIN: partial(questions.as_they_come, texts),
        NEW: partial(questions.all_new, texts),
    }
    with standin.running(Pace()) as model:
        load_test = LoadTest(kinds, rig.elasticsearch, model, given.seconds)
        bench = Bench(rig, load_test, given.rounds, given.users)
        loads = await bench.loads()
        added = await bench.added()
    alone_rate = await baseline.rate(rig.elasticsearch, INDEX, kinds[NEW](), given.seconds)
    streams = await streamed(rig, load_test, given.users)
    report(loads, added, alone_rate, streams, given.users)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a question set in BEIR's format")
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    found = QuestionSet.load(given.folder)
    with tempfile.TemporaryDirectory() as folder:
        rig = Rig(Path(folder), os.environ["ELASTICSEARCH_URL"])
        rig.write(found)
        with standin.running(Pace(embed=0)) as model:
            rig.index(model)
        uvloop.run(run(rig, [question.text for question in found.questions], given))


if __name__ == "__main__":
    main()
