"""`python -m bench.ingest`: beside LangChain and bare onnxruntime; memory, growth, a second look."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

from bench.ingest import growth, local, memory, rates
from bench.ingest.place import Place
from bench.load import standin
from bench.load.standin import Pace
from bench.report import Measure, publish

PARTS = ("peer", "local", "memory", "growth")


async def measure(given: argparse.Namespace, place: Place) -> list[Measure]:
    measures: list[Measure] = []
    if "peer" in given.parts:
        measures += await rates.measure(place, given.share, given.rounds)
    if "local" in given.parts:
        measures += await local.measure(place, given.documents, given.rounds)
    if "memory" in given.parts:
        measures += await memory.measure(place, given.megabytes)
    if "growth" in given.parts:
        measures += await growth.measure(place, given.sizes)
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
        place = Place(Path(folder), os.environ["ELASTICSEARCH_URL"], model)
        measures = asyncio.run(measure(given, place))
    publish("ingest", measures)


if __name__ == "__main__":
    main()
