"""Chunks a second into Elasticsearch: Footnote's, LangChain's, and what Elasticsearch itself takes."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import environments, texts
from bench.ingest import bulk
from bench.ingest.place import LIKE_LANGCHAIN, Place, tell
from bench.ingest.work import Work, working
from bench.load import processor
from bench.report import Measure

LANGCHAIN = Path(__file__).parent.parent / "load" / "langchain"
SHAPES = {"short": (1_000, 2_250), "long": (100, 22_500)}
"""How many documents, of how many characters each."""
WARMING = 3
"""Rounds in which Elasticsearch compiles what it does often."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Chunks a second."""

    langchain: float
    reconcile: float
    events: float
    bare: float
    """The same chunks, made before, written by bulk requests and nothing else."""


async def measure(place: Place, share: float, rounds: int) -> list[Measure]:
    measures = []
    for shape, (documents, characters) in SHAPES.items():
        bucket = place.folder / shape
        texts.write(bucket, range(int(share * documents)), characters)
        for _ in range(WARMING):
            await _round(place, bucket)
        measures += _measures(shape, [await _round(place, bucket) for _ in range(rounds)])
    return measures


def _measures(shape: str, rounds: list[Rates]) -> list[Measure]:
    rates = {
        "LangChain": [each.langchain for each in rounds],
        "Footnote, reconcile": [each.reconcile for each in rounds],
        "Footnote, events": [each.events for each in rounds],
        "bare bulk requests": [each.bare for each in rounds],
    }
    ratios = {
        "reconcile": (median(each.reconcile / each.langchain for each in rounds), 3),
        "events": (median(each.events / each.langchain for each in rounds), None),
        "bare bulk requests": (median(each.bare / each.langchain for each in rounds), None),
    }
    told = [Measure(f"{shape}: {name}", median(found), "chunks/s") for name, found in rates.items()]
    return told + [
        Measure(f"{shape}: {name} beside LangChain", found, "times", target, "at least")
        for name, (found, target) in ratios.items()
    ]


async def _round(place: Place, bucket: Path) -> Rates:
    await place.settled()
    langchain = _langchain(place, bucket)
    reconcile, bare = await _footnote(place, bucket, events=False)
    events, _ = await _footnote(place, bucket, events=True)
    return Rates(langchain, reconcile, events, bare)


async def _footnote(place: Place, bucket: Path, events: bool) -> tuple[float, float]:
    settings = place.in_elasticsearch() | place.with_standin() | LIKE_LANGCHAIN
    async with working(place.fresh(), bucket, **settings) as work:
        await place.settled()
        before = place.spent()
        done = await (work.deliver() if events else work.run())
        shared = processor.between(before, place.spent())
        name = "Footnote, events" if events else "Footnote, reconcile"
        tell(name, done.chunks, done.seconds, {**done.cpu, **shared})
        return done.chunks / done.seconds, 0.0 if events else await _bare(place, work)


async def _bare(place: Place, work: Work) -> float:
    await place.settled()
    before = place.spent()
    chunks, seconds = await bulk.again(place.elasticsearch, f"{work.settings.index}-chunks")
    tell("bare bulk", chunks, seconds, processor.between(before, place.spent()))
    return chunks / seconds


def _langchain(place: Place, bucket: Path) -> float:
    environ = {
        "ELASTICSEARCH_URL": place.elasticsearch,
        "INDEX": f"langchain-{secrets.token_hex(4)}",
        "OPENAI_API_KEY": "none",
        "OPENAI_BASE_URL": f"{place.model.url}/v1",
    }
    python = environments.python("langchain", LANGCHAIN / "requirements.txt")
    command = [python, str(LANGCHAIN / "index.py"), str(bucket)]
    before = place.spent()
    told = subprocess.run(command, env=os.environ | environ, check=True, stdout=subprocess.PIPE)
    taken = json.loads(told.stdout)
    spent = {"LangChain": taken["cpu"], **processor.between(before, place.spent())}
    tell("LangChain", taken["chunks"], taken["seconds"], spent)
    return float(taken["chunks"] / taken["seconds"])
