"""The queries of the guide about service levels, as Prometheus evaluates them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.processes import ROOT
from tests.unit.charts.objects import metrics
from tests.unit.charts.promtool import Case, evaluate, gives

HOUR = 3600
SECTION = (ROOT / "knative" / "README.md").read_text().partition("\n## Service levels\n")[2]
QUERIES = re.findall(r"^```promql\n(.*?)\n```$", SECTION, re.MULTILINE | re.DOTALL)


def requests(status: str, route: str = "/chat", namespace: str = "footnote") -> str:
    labels = f'namespace="{namespace}",function="answer",route="{route}",status="{status}"'
    return f"footnote_requests_total{{{labels}}}"


LAG, FIRST = "ingest_lag_seconds", "first_token_seconds"
SERIES = {
    requests("200"): "1000+98x40",
    requests("503"): "1000+2x40",
    requests("200", route="/metrics"): "0+900x40",
    requests("503", namespace="other"): "0+900x40",
    f'footnote_{FIRST}_bucket{{namespace="footnote",le="10.0",model="m"}}': "1000+96x40",
    f'footnote_{FIRST}_count{{namespace="footnote",model="m"}}': "1000+100x40",
    f'footnote_{LAG}_bucket{{namespace="footnote",le="60.0"}}': "1000+99x40",
    f'footnote_{LAG}_count{{namespace="footnote"}}': "1000+100x40",
}


@pytest.mark.parametrize(("place", "value"), [(0, 0.98), (1, 0.96), (2, 0.99)])
def test_a_service_level_is_the_share_of_good_events(tmp_path: Path, place: int, value: float) -> None:
    rounded = f"round({QUERIES[place]}, 0.001)"
    evaluate(tmp_path, [Case("share", HOUR, SERIES, gives(rounded, 40 * HOUR, {"": value}))])


@pytest.mark.parametrize(("failed", "given"), [(10, {}), (20, {"": 0.1})])
def test_an_hour_that_spends_the_budget_too_fast_wakes_somebody(
    tmp_path: Path, failed: int, given: dict[str, float]
) -> None:
    series = {requests("200"): "1000+180x120", requests("503"): f"1000+{failed}x120"}
    rounded = f"round({QUERIES[3]}, 0.01)"
    evaluate(tmp_path, [Case("budget", 60, series, gives(rounded, 2 * HOUR, given))])


def test_the_metrics_of_service_levels_exist() -> None:
    named = set(re.findall(r"footnote_[a-z_]+", SECTION))
    known = {name for metric in metrics() for name in (metric, f"{metric}_bucket", f"{metric}_count")}
    assert named
    assert named <= known
