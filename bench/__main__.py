"""`python -m bench`: every target, as the last runs of the benchmarks left them in bench/out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.report import OUT, Measure, table


def main() -> None:
    files = sorted(OUT.glob("*.json"))
    rows = [(file.stem, *measure.row()) for file in files for measure in targets(file)]
    if not rows:
        sys.exit("Nothing was measured yet: see `make help`.")
    table(("benchmark", "measure", "value", "target", ""), rows)


def targets(file: Path) -> Iterator[Measure]:
    for each in json.loads(file.read_text())["measures"]:
        if each["target"] is not None:
            yield Measure(each["name"], each["value"], each["unit"], each["target"], each["wanted"])


if __name__ == "__main__":
    main()
