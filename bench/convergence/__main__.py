"""Check that the index converges to the bucket despite faults; prints each mismatch and its history."""

from __future__ import annotations

import argparse
import os

from bench.convergence import histories
from bench.convergence.campaign import Campaign
from bench.convergence.processes import run as processes
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
    campaigns = {part: _run(part, share, asked) for part in parts}
    for part, each in campaigns.items():
        for mismatch in each.mismatches:
            print(f"MISMATCH on {part}, {mismatch}")
    publish(
        "convergence",
        [measure for each in campaigns.values() for measure in each.measures()],
        seed=asked.seed,
        counts={part: dict(each.counts) for part, each in campaigns.items()},
        mismatches={part: each.mismatches for part, each in campaigns.items()},
    )
    raise SystemExit(any(each.mismatches for each in campaigns.values()))


def _run(part: str, seconds: float, asked: argparse.Namespace) -> Campaign:
    if part == PROCESSES:
        return processes.run(asked.seed, seconds, asked.elasticsearch)
    shorten = not asked.as_found
    return histories.run(part, asked.seed, seconds, asked.elasticsearch, shorten=shorten)


if __name__ == "__main__":
    main()
