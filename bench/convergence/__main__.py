"""Whether the index follows the bucket, whatever goes wrong; a mismatch is told as short as can be."""

from __future__ import annotations

import argparse
import os

from bench.convergence import campaign
from bench.convergence.campaign import Campaign
from bench.convergence.processes import run as processes
from bench.convergence.processes.run import Stormy
from bench.report import publish

PROCESSES = "processes"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--parts", default=f"sqlite,elasticsearch,{PROCESSES}")
    parser.add_argument("--as-found", action="store_true", help="shorten no history")
    parser.add_argument("--elasticsearch", default=os.environ.get("ELASTICSEARCH_URL", ""))
    asked = parser.parse_args()
    parts = asked.parts.split(",")
    share = asked.seconds / len(parts)
    played = {part: _play(part, share, asked) for part in parts}
    for part, each in played.items():
        for mismatch in each.mismatches:
            print(f"MISMATCH on {part}, {mismatch}")
    publish(
        "convergence",
        [measure for each in played.values() for measure in each.measures()],
        seed=asked.seed,
        counts={part: dict(each.counts) for part, each in played.items()},
        mismatches={part: each.mismatches for part, each in played.items()},
    )
    raise SystemExit(any(each.mismatches for each in played.values()))


def _play(part: str, seconds: float, asked: argparse.Namespace) -> Campaign | Stormy:
    if part == PROCESSES:
        return processes.run(asked.seed, seconds, asked.elasticsearch)
    shorten = not asked.as_found
    return campaign.run(part, asked.seed, seconds, asked.elasticsearch, shorten=shorten)


if __name__ == "__main__":
    main()
