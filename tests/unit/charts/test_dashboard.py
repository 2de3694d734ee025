"""The dashboard's queries over series that are given, as Prometheus itself evaluates them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.processes import ROOT
from tests.unit.charts.objects import Render, metrics, named
from tests.unit.charts.promtool import Case, evaluate, gives

PANELS = json.loads((ROOT / "knative" / "dashboards" / "footnote.json").read_text())["panels"]
QUERIES = {
    f"{panel['title']}/{target['refId']}": target["expr"].replace("$namespace", "footnote")
    for panel in PANELS
    for target in panel["targets"]
}
RATIO = "Refused, of all answers/A"
COUNTED = [title for title in QUERIES if QUERIES[title].startswith("sum") and title != RATIO]
QUANTILES = [title for title in QUERIES if QUERIES[title].startswith("histogram_quantile(")]

STEPS = 20
"""Looks of Prometheus in the time that a panel counts."""
NOW = 5 * STEPS
GUESSED = 16.5 / 16
"""A counter that is new 16 steps ago is taken to have begun to rise half a step before."""
LOOKS = {
    "has counted, and now nothing": ("7x100", 0),
    "has counted, and two more": ("5x90 7x10", 2),
    "is new, and two more": ("_x84 3x4 5x11", 3 + 2 * GUESSED),
    "is new and gone": ("_x85 3x5 stale", 3),
    "was seen once": ("_x90 4 stale", 4),
    "began anew, and has counted two": ("100x90 2x10", 2),
    "was not seen once, before all this": (f"9x{NOW - STEPS - 1} stale 9x{STEPS}", 0),
}
"""What Prometheus saw of a pod's counter, and how much of it happened in that time."""


def kind(title: str) -> str:
    """The labels by which a query tells its results apart, each being x."""
    by = re.search(r"sum by \(([\w, ]+)\)", QUERIES[title])
    return ",".join(f'{label}="x"' for label in by[1].split(", ") if label != "le") if by else ""


def series(title: str, **labels: str) -> str:
    """The name of what a query is about in the namespace, with these labels."""
    name = re.search(r"footnote_\w+", QUERIES[title])
    assert name
    told = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f'{name[0]}{{namespace="footnote",{told},{kind(title)}}}'


def seconds(query: str) -> int:
    """The time that a query looks back on."""
    ((number, unit),) = set(re.findall(r"\[(\d+)([mhd])\]", query))
    return int(number) * {"m": 60, "h": 3600, "d": 86400}[unit]


def case(title: str, series: Mapping[str, str], expected: Mapping[str, float], name: str = "") -> Case:
    step = seconds(QUERIES[title]) // STEPS
    return Case(name, step, series, gives(QUERIES[title], step * NOW, expected))


def test_every_panel_counts_or_is_a_quantile_or_is_known() -> None:
    others = set(QUERIES) - {*COUNTED, *QUANTILES}
    assert others == {"Pods/A", "Dead letters/A", RATIO}


@pytest.mark.parametrize("title", COUNTED)
def test_a_panel_counts_what_happened_whatever_was_seen_of_the_pods(tmp_path: Path, title: str) -> None:
    each = {name: series(title, pod=name) for name in LOOKS}
    cases = [
        case(title, {each[name]: values}, {kind(title): happened}, name)
        for name, (values, happened) in LOOKS.items()
    ]
    given = {each[name]: values for name, (values, _) in LOOKS.items()}
    happened = sum(happened for _, happened in LOOKS.values())
    evaluate(tmp_path, [*cases, case(title, given, {kind(title): happened}, "all together")])


@pytest.mark.parametrize("title", QUANTILES)
def test_what_a_pod_did_before_it_was_seen_is_among_the_quantiles(tmp_path: Path, title: str) -> None:
    """Twenty that took between 1 and 5; then it went."""
    counts = {"1": 0, "5": 20, "+Inf": 20}
    given = {series(title, pod="a", le=le): f"_x90 {count}x5 stale" for le, count in counts.items()}
    quantile = float(QUERIES[title].partition("(")[2].partition(",")[0])
    evaluate(tmp_path, [case(title, given, {kind(title): 1 + 4 * quantile})])


def test_of_all_answers_those_are_refused_that_were(tmp_path: Path) -> None:
    counts = {"refused": 1, "grounded": 3}
    given = {
        series(RATIO, pod="a", outcome=outcome): f"_x90 {count}x9" for outcome, count in counts.items()
    }
    evaluate(tmp_path, [case(RATIO, given, {"": 0.25})])


def test_the_time_to_response_is_of_each_route_and_of_none_that_only_watches(tmp_path: Path) -> None:
    slow, quick = {"5": 0, "+Inf": 10}, {"5": 10, "+Inf": 10}
    name = "footnote_request_seconds_bucket"
    given = {
        f'{name}{{namespace="footnote",function="answer",route="{route}",le="{le}"}}': f"0+{count}x{NOW}"
        for route, counts in (("/chat", slow), ("/health/readiness", quick), ("/metrics", quick))
        for le, count in counts.items()
    }
    evaluate(tmp_path, [case("Time to response, 95%/A", given, {'function="answer",route="/chat"': 5})])


def test_the_dashboard_shows_metrics_that_exist(render: Render) -> None:
    objects = render("knative", "monitoring.dashboard.enabled=true")
    dashboard = json.loads(named(objects, "ConfigMap", "dashboard")["data"]["footnote.json"])
    queries = " ".join(each["expr"] for panel in dashboard["panels"] for each in panel["targets"])
    shown = set(re.findall(r"footnote_[a-z_]+", queries))
    assert {name.removesuffix("_bucket") for name in shown} <= metrics()
