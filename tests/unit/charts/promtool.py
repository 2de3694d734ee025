"""What Prometheus makes of series that are given: evaluated by itself, in `promtool`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.unit.charts.objects import Object


@dataclass(frozen=True)
class Case:
    """Series, by name and labels, with values as `promtool` writes them, one every `step` seconds."""

    name: str
    step: int
    series: Mapping[str, str]
    checks: Object

    def test(self) -> Object:
        given = [{"series": name, "values": values} for name, values in self.series.items()]
        return {"name": self.name, "interval": f"{self.step}s", "input_series": given, **self.checks}


def gives(query: str, second: int, expected: Mapping[str, float]) -> Object:
    """That a query gives these values, by their labels, and no others."""
    samples = [{"labels": f"{{{labels}}}", "value": value} for labels, value in expected.items()]
    return {"promql_expr_test": [{"expr": query, "eval_time": f"{second}s", "exp_samples": samples}]}


def evaluate(folder: Path, cases: Sequence[Case], rules: Sequence[Path] = ()) -> None:
    file = folder / "test.yaml"
    tests: dict[str, Any] = {"tests": [case.test() for case in cases], "evaluation_interval": "1m"}
    file.write_text(json.dumps({**tests, "rule_files": [str(path) for path in rules]}))
    run("test", "rules", file)


def run(*arguments: str | Path) -> None:
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
