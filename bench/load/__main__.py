"""`python -m bench.load FOLDER`: a thousand users ask the questions of a set, about its documents."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from bench.load import alone, processor, standin
from bench.load.contenders import TOP_K, Contender, Place
from bench.load.standin import Pace, Running
from bench.load.streams import PACE, Streams, stream
from bench.load.users import Heard, ask, requests
from bench.report import Measure, publish, table
from footnote.evaluation.questions import QuestionSet

MEMORY = 16 << 30
"""Bytes of address space of any process here."""
RAMP = 3.0
FEW = 10
"""Users of the article's service, which answers one question at a time."""


@dataclass(frozen=True, slots=True)
class Load:
    """What so many users got of a contender, and what it cost."""

    contender: str
    users: int
    heard: Heard
    processor: processor.Seconds

    def row(self) -> tuple[str, ...]:
        heard = self.heard
        milliseconds = (f"{1000 * heard.quantile(share):.0f}" for share in (0.5, 0.99))
        errors = sum(heard.errors.values())
        return (self.contender, str(self.users), f"{heard.rate:.1f}", *milliseconds, str(errors))

    def document(self) -> dict[str, Any]:
        return {
            "contender": self.contender,
            "users": self.users,
            "answers_per_second": self.heard.rate,
            "p50_seconds": self.heard.quantile(0.5),
            "p99_seconds": self.heard.quantile(0.99),
            "errors": dict(self.heard.errors),
            "processor_ms_per_answer": self.shares(),
        }

    def shares(self) -> dict[str, float]:
        answers = max(1, self.heard.answers)
        return {name: 1000 * seconds / answers for name, seconds in self.processor.items()}


class Bench:
    def __init__(self, place: Place, questions: Sequence[str], seconds: float) -> None:
        self.place = place
        self.questions = questions
        self.seconds = seconds
        self.bodies = [{"query": question, "top_k": TOP_K} for question in questions]

    async def load(self, to: Contender, model: Running, users: int, **more: float) -> Load:
        asked = requests(to.url, self.bodies)
        await ask(to.url, asked, min(users, 50), seconds=3, ramp=1)  # whatever is made once
        processes = {**to.processes, "stand-in": model.pid}
        before = processor.spent(processes, self.place.elasticsearch)
        heard = await ask(to.url, asked, users, seconds=self.seconds, ramp=RAMP)
        after = processor.spent(processes, self.place.elasticsearch)
        loaded = Load(to.name, users, heard, processor.between(before, after))
        print("  ".join(loaded.row()), dict(heard.errors), file=sys.stderr)
        return loaded

    async def all(self, users: int) -> tuple[list[Load], alone.Added, list[Streams]]:
        place = self.place
        with standin.running(Pace()) as model:
            async with place.footnote(model) as footnote:
                loads = [await self.load(footnote, model, users)]
                added = await alone.ask(footnote.url, model, self.bodies)
            for processes in (1, 2):
                name = f"LangChain, tuned, {processes} process{'es' * (processes > 1)}"
                async with place.langchain(model, name, "query_async", processes) as peer:
                    loads.append(await self.load(peer, model, users))
            async with place.langchain(model, "the article's", "query", 1) as article:
                loads.append(await self.load(article, model, FEW))
        with standin.running(PACE) as model:
            async with place.footnote(model) as footnote:
                asked = requests(footnote.url, self.bodies, accept="text/event-stream")
                streams = [await stream(footnote, model, asked, users) for _ in range(2)]
        return loads, added, streams


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a question set in BEIR's format")
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    found = QuestionSet.load(given.folder)
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), os.environ["ELASTICSEARCH_URL"])
        place.write(found)
        with standin.running(Pace(embed=0)) as model:
            place.index(model)
        bench = Bench(place, [question.text for question in found.questions], given.seconds)
        loads, added, streams = uvloop.run(bench.all(given.users))
    print(file=sys.stderr)
    report(loads, added, streams, given.users)


def report(loads: list[Load], added: alone.Added, streams: list[Streams], users: int) -> None:
    table(("", "users", "answers/s", "p50 ms", "p99 ms", "errors"), [load.row() for load in loads])
    print()
    table(("processor ms an answer", *_names(loads)), [_shares(load, _names(loads)) for load in loads])
    print()
    publish(
        "load",
        [*throughput(loads), *added.measures(), *streaming(streams, users)],
        users=users,
        loads=[load.document() for load in loads],
        stages_ms=added.stages,
    )


def throughput(loads: list[Load]) -> list[Measure]:
    ours, *tuned, article = loads
    best = max(tuned, key=lambda load: load.heard.rate)
    errors = sum(ours.heard.errors.values())
    return [
        Measure(f"errors of {ours.users} users", errors, "", 0),
        Measure(
            "throughput beside LangChain, tuned",
            ours.heard.rate / best.heard.rate,
            "times",
            5,
            "at least",
        ),
        Measure(
            "throughput beside the article's",
            ours.heard.rate / article.heard.rate,
            "times",
            100,
            "at least",
        ),
    ]


def streaming(streams: list[Streams], users: int) -> list[Measure]:
    first, second = streams
    broken = users - first.heard.answers + users - second.heard.answers
    each = (second.peak - first.before) / users
    return [
        Measure("streams open at once in one process", second.most, "", users, "at least"),
        Measure("streams that broke off", broken, "", 0),
        Measure("memory at the peak", second.peak / 1e6, "MB"),
        Measure("memory of a stream", each / 1e3, "kB"),
        Measure("peak of as many again", second.peak / first.peak, "times", 1.1),
    ]


def _names(loads: list[Load]) -> tuple[str, ...]:
    return ("all", "service", "Elasticsearch", "stand-in", "users")


def _shares(load: Load, names: tuple[str, ...]) -> tuple[str, ...]:
    shares = load.shares()
    others = sum(shares[name] for name in names[2:])
    numbers = {**shares, "all": sum(shares.values()), "service": sum(shares.values()) - others}
    return (load.contender, *(f"{numbers[name]:.2f}" for name in names))


if __name__ == "__main__":
    main()
