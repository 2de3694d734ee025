"""`python -m bench.ingest`: beside LangChain and bare onnxruntime; memory, growth, a second pass."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

from bench.ingest import growth, local, memory, rates
from bench.ingest.rig import Rig
from bench.load import standin
from bench.load.standin import Pace
from bench.report import Measure, publish

PARTS = ("peer", "local", "memory", "growth")


async def measure(given: argparse.Namespace, rig: Rig) -> list[Measure]:
    measures: list[Measure] = []
    if "peer" in given.parts:
        measures += await rates.measure(rig, given.share, given.rounds)
    if "local" in given.parts:
        measures += await local.measure(rig, given.documents, given.rounds)
    if "memory" in given.parts:
        measures += await memory.measure(rig, given.megabytes)
    if "growth" in given.parts:
        measures += await growth.measure(rig, given.sizes)
    return measures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0, help="of the documents beside LangChain")
    parser.add_argument("--documents", type=int, default=100, help="for the local model")
    parser.add_argument("--megabytes", type=int, nargs="+", default=[1, 20, 200])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 50_000])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, standin.running(Pace()) as model:
        rig = Rig(Path(folder), os.environ["ELASTICSEARCH_URL"], model)
        measures = asyncio.run(measure(given, rig))
    publish("ingest", measures)


if __name__ == "__main__":
    main()
