"""Whether the index follows the bucket, whatever goes wrong; a mismatch is told as short as can be."""

from __future__ import annotations

import argparse
import os

from bench.convergence import campaign
from bench.report import publish


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--stores", default="sqlite,elasticsearch")
    parser.add_argument("--elasticsearch", default=os.environ.get("ELASTICSEARCH_URL", ""))
    asked = parser.parse_args()
    stores = asked.stores.split(",")
    share = asked.seconds / len(stores)
    campaigns = [campaign.run(store, asked.seed, share, asked.elasticsearch) for store in stores]
    for played in campaigns:
        for mismatch in played.mismatches:
            print(f"MISMATCH on {played.store}, {mismatch}")
    publish(
        "convergence",
        [measure for played in campaigns for measure in played.measures()],
        seed=asked.seed,
        counts={played.store: dict(played.counts) for played in campaigns},
        mismatches={played.store: played.mismatches for played in campaigns},
    )
    raise SystemExit(any(played.mismatches for played in campaigns))


if __name__ == "__main__":
    main()
