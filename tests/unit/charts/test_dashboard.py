"""The dashboard's queries over series that are given, as Prometheus itself evaluates them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.processes import ROOT

PANELS = json.loads((ROOT / "knative" / "dashboards" / "footnote.json").read_text())["panels"]
QUERIES = {
    panel["title"]: panel["targets"][0]["expr"].replace("$namespace", "footnote") for panel in PANELS
}
COUNTED = [title for title in QUERIES if title.endswith((" in an hour", " in a day"))]

Series = Mapping[str, str]
"""Values, one a minute, by the labels of each series."""


def shows(folder: Path, query: str, series: Series, expected: Mapping[str, float]) -> None:
    """Check what the query gives after 26 hours, by labels."""
    name = re.search(r"footnote_\w+", query)
    assert name
    given = [
        {"series": f'{name[0]}{{namespace="footnote",{labels}}}', "values": values}
        for labels, values in series.items()
    ]
    found = [{"labels": f"{{{labels}}}", "value": value} for labels, value in expected.items()]
    asked = {"expr": query, "eval_time": "26h", "exp_samples": found}
    tests = [{"interval": "1m", "input_series": given, "promql_expr_test": [asked]}]
    file = folder / "test.yaml"
    file.write_text(json.dumps({"evaluation_interval": "1m", "tests": tests}))
    done = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_some_panels_count_what_happened_in_a_time() -> None:
    assert len(COUNTED) == 4


@pytest.mark.parametrize("title", COUNTED)
def test_what_a_pod_counted_first_is_shown(tmp_path: Path, title: str) -> None:
    grouped = re.search(r"sum by \((\w+)\)", QUERIES[title])
    assert grouped
    kind = f'{grouped[1]}="x"'
    series = {
        f'{kind},pod="since yesterday"': "5x1500 7x60",
        f'{kind},pod="new"': "_x1529 1x30",
        f'{kind},pod="gone since"': "_x1529 3x10 stale",
    }
    shows(tmp_path, QUERIES[title], series, {kind: 2 + 1 + 3})


def test_the_time_to_response_is_of_each_route_and_of_none_that_only_watches(tmp_path: Path) -> None:
    slow, quick = {"5": 0, "+Inf": 10}, {"5": 10, "+Inf": 10}
    series = {
        f'function="answer",route="{route}",le="{le}"': f"0+{count}x1560"
        for route, counts in (("/chat", slow), ("/health/readiness", quick), ("/metrics", quick))
        for le, count in counts.items()
    }
    shows(tmp_path, QUERIES["Time to response, 95%"], series, {'function="answer",route="/chat"': 5})
