"""Chunks a second into Elasticsearch: Footnote's, LangChain's, and what Elasticsearch itself takes."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import peer, processes, texts
from bench.ingest import bulk
from bench.ingest.indexing import Indexing, running_indexing
from bench.ingest.rig import LIKE_LANGCHAIN, Rig, print_rate
from bench.report import Measure

SHAPES = {"short": (1_000, 2_250), "long": (100, 22_500)}
"""How many documents, of how many characters each."""
WARM_UP_ROUNDS = 3
"""Rounds in which the JVM of Elasticsearch compiles its hot code."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Chunks a second."""

    langchain: float
    reconcile: float
    events: float
    bare: float
    """Bulk requests with the same chunks, and nothing else."""


async def measure(rig: Rig, share: float, rounds: int) -> list[Measure]:
    measures = []
    for shape, (documents, characters) in SHAPES.items():
        bucket = rig.folder / shape
        texts.write(bucket, range(int(share * documents)), characters)
        for _ in range(WARM_UP_ROUNDS):
            await _round(rig, bucket)
        measures += _measures(shape, [await _round(rig, bucket) for _ in range(rounds)])
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
    measures = [Measure(f"{shape}: {name}", median(found), "chunks/s") for name, found in rates.items()]
    return measures + [
        Measure(f"{shape}: {name} beside LangChain", found, "times", target, "at least")
        for name, (found, target) in ratios.items()
    ]


async def _round(rig: Rig, bucket: Path) -> Rates:
    await rig.wait_for_merges()
    langchain = _langchain(rig, bucket)
    reconcile, bare = await _footnote(rig, bucket, events=False)
    events, _ = await _footnote(rig, bucket, events=True)
    return Rates(langchain, reconcile, events, bare)


async def _footnote(rig: Rig, bucket: Path, events: bool) -> tuple[float, float]:
    settings = rig.elasticsearch_settings() | rig.standin_settings() | LIKE_LANGCHAIN
    async with running_indexing(rig.new_folder(), bucket, **settings) as indexing:
        await rig.wait_for_merges()
        before = rig.cpu_seconds()
        done = await (indexing.deliver() if events else indexing.reconcile())
        shared = processes.difference(before, rig.cpu_seconds())
        name = "Footnote, events" if events else "Footnote, reconcile"
        print_rate(name, done.chunks, done.seconds, {**done.cpu, **shared})
        return done.chunks / done.seconds, 0.0 if events else await _bare(rig, indexing)


async def _bare(rig: Rig, indexing: Indexing) -> float:
    await rig.wait_for_merges()
    before = rig.cpu_seconds()
    chunks, seconds = await bulk.copy_index(rig.elasticsearch, f"{indexing.settings.index}-chunks")
    print_rate("bare bulk", chunks, seconds, processes.difference(before, rig.cpu_seconds()))
    return chunks / seconds


def _langchain(rig: Rig, bucket: Path) -> float:
    environ = peer.environ(rig.elasticsearch, f"langchain-{secrets.token_hex(4)}", rig.model.url)
    command = [peer.interpreter(), str(peer.PROGRAMS / "index.py"), str(bucket)]
    before = rig.cpu_seconds()
    completed = subprocess.run(command, env=os.environ | environ, check=True, stdout=subprocess.PIPE)
    taken = json.loads(completed.stdout)
    spent = {"LangChain": taken["cpu"], **processes.difference(before, rig.cpu_seconds())}
    print_rate("LangChain", taken["chunks"], taken["seconds"], spent)
    return float(taken["chunks"] / taken["seconds"])
