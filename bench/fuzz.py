"""Damaged files of every format at the parser process: how many it reads, refuses, or does worse with.

A finding is an input whose text could not be stored or cited as it stands, a reason that does not read
like one, or a parser that crashed: contained, but no answer to whoever put the file there.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, seed, settings

from bench.report import Measure, publish
from functions.ingest.workers.pool import WorkerPool
from tests.boundary import Boundary
from tests.mutations import SEEDS, damaged

ROUND = 100
"""Inputs of one format before it is the next one's turn."""


class Campaign:
    def __init__(self, boundary: Boundary) -> None:
        self.boundary = boundary
        self.inputs: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.findings: dict[str, str] = {}

    def round(self, name: str, number: int) -> None:
        """A failing input is made as small as it can be before it is told."""

        @seed(number)
        @settings(
            max_examples=ROUND,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(damaged(name))
        def examine(content: bytes) -> None:
            self.inputs[name] += 1
            self.outcomes[self.boundary.examine(name, content)] += 1

        try:
            examine()
        except AssertionError as error:
            self.findings.setdefault(
                f"{name}: {str(error).splitlines()[0]}", f"{name}, seed {number}: {error}"
            )


def main() -> None:
    seconds, first = float(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        parser = WorkerPool(seconds=5, memory=700_000_000, limit=1_000_000)
        campaign = Campaign(Boundary(parser, runner, Path(folder)))
        end, numbers = time.monotonic() + seconds, Random(first)
        while time.monotonic() < end:
            for name in SEEDS:
                campaign.round(name, numbers.getrandbits(64))
        runner.run(parser.stop())
    for finding in campaign.findings.values():
        print(finding)
    inputs = [Measure(f"{name}: inputs", count) for name, count in campaign.inputs.items()]
    outcomes = [Measure(outcome, count) for outcome, count in sorted(campaign.outcomes.items())]
    total = Measure("inputs", sum(campaign.inputs.values()))
    found = Measure("findings", len(campaign.findings), target=0)
    publish("fuzz", [*inputs, *outcomes, total, found], seconds=seconds, seed=first)


if __name__ == "__main__":
    main()
