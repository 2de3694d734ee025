"""The alerts over series that are given, as Prometheus itself evaluates them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.processes import ROOT
from tests.unit.charts.objects import Object, Render, metrics
from tests.unit.charts.promtool import Case, evaluate, gives, run

STEP = 15
WOKEN = "_x80 {}x6 stale"
"""What a pod counts that is woken, has done it all when it is first seen, and soon goes."""
Series = Mapping[str, str]


@pytest.fixture(scope="module")
def rule(render: Render) -> Object:
    objects = render("knative", "monitoring.rules.enabled=true")
    return next(o for o in objects if o["kind"] == "PrometheusRule")


@pytest.fixture(scope="module")
def alerts(rule: Object) -> list[Object]:
    return [alert for group in rule["spec"]["groups"] for alert in group["rules"]]


@pytest.fixture
def file(rule: Object, tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps(rule["spec"]))
    return path


def counted(metric: str, pod: str = "a", **labels: str) -> str:
    told = "".join(f',{label}="{value}"' for label, value in labels.items())
    return f'footnote_{metric}{{namespace="here",pod="{pod}"{told}}}'


def requests(status: str, route: str = "/chat") -> str:
    return counted("requests_total", function="answer", route=route, status=status)


def without(missing: str) -> str:
    return counted("fallbacks_total", missing=missing)


def cron_job(last: str) -> str:
    return f'kube_cronjob_status_last_{last}_time{{namespace="here",cronjob="footnote-reconcile"}}'


LETTERS = counted("dead_letters")
POSTPONED, INDEXED = (counted("ingest_total", outcome=outcome) for outcome in ("postponed", "indexed"))
ANSWERS = counted("answers_total", model="m", outcome="grounded")
DUE = "1000x240 4600x480"

FIRES: dict[str, tuple[str, Series, str]] = {
    "a letter": ("DeadLetters", {LETTERS: "0x80 2x80"}, ""),
    "a letter that a new pod finds": ("DeadLetters", {LETTERS: "_x80 1x80"}, ""),
    "the store is down": ("EventsPostponed", {POSTPONED: "0x80 0+2x160", INDEXED: "50x240"}, ""),
    "the store is down whenever a pod is woken": (
        "EventsPostponed",
        {
            counted("ingest_total", f"{pod}", outcome="postponed"): f"_x{20 * pod} 3x6 stale"
            for pod in range(4, 12)
        },
        "",
    ),
    "all that a pod was woken for fails": (
        "Errors",
        {requests("503"): WOKEN.format(7)},
        'function="answer"',
    ),
    "a running pod fails": (
        "Errors",
        {requests("200"): "0+9x240", requests("500"): "_x80 0+1x160"},
        'function="answer"',
    ),
    "a woken pod has no model": (
        "AnswersWithout",
        {without("chat"): WOKEN.format(5), ANSWERS: WOKEN.format(6)},
        'missing="chat"',
    ),
    "embed is lost": (
        "AnswersWithout",
        {without("embed"): "_x80 0+1x160", ANSWERS: "0+2x240"},
        'missing="embed"',
    ),
    "the last one failed": (
        "ReconcileFailed",
        {cron_job("schedule"): DUE, cron_job("successful"): "1060x720"},
        'cronjob="footnote-reconcile"',
    ),
    "it never succeeded": (
        "ReconcileFailed",
        {cron_job("schedule"): "1000x720"},
        'cronjob="footnote-reconcile"',
    ),
}
QUIET: dict[str, tuple[str, Series]] = {
    "no letters": ("DeadLetters", {LETTERS: "0x240"}),
    "a letter that is sent again at once": ("DeadLetters", {LETTERS: "0x80 1x8 0x80"}),
    "one event is tried again and given up": ("EventsPostponed", {POSTPONED: WOKEN.format(7)}),
    "a few writers met": ("EventsPostponed", {POSTPONED: "0+1x240", INDEXED: "0+9x240"}),
    "all goes well": ("Errors", {requests("200"): "0+9x240"}),
    "three requests failed": ("Errors", {requests("503"): WOKEN.format(3)}),
    "one in a hundred fails": ("Errors", {requests("200"): "0+99x240", requests("503"): "0+1x240"}),
    "it is not ready": ("Errors", {requests("503", "/health/readiness"): WOKEN.format(99)}),
    "the model was slow once": (
        "AnswersWithout",
        {without("chat"): WOKEN.format(1), ANSWERS: WOKEN.format(1)},
    ),
    "the model is slow for one in a hundred": (
        "AnswersWithout",
        {without("chat"): "0+1x240", ANSWERS: "0+100x240"},
    ),
    "each succeeds, some minutes after it was due": (
        "ReconcileFailed",
        {cron_job("schedule"): DUE, cron_job("successful"): "1060x260 4900x460"},
    ),
}


def fired(alert: str, series: Series, labels: Mapping[str, float]) -> Case:
    """Whether an alert fired within three hours, and of what."""
    told = f'max_over_time(ALERTS{{alertname="Footnote{alert}",alertstate="firing"}}[3h])'
    query = f"max by (function, missing, cronjob) ({told})"
    return Case(alert, STEP, series, gives(query, 3 * 60 * 60, labels))


@pytest.mark.parametrize("what", FIRES)
def test_an_alert_fires(tmp_path: Path, file: Path, what: str) -> None:
    alert, series, labels = FIRES[what]
    evaluate(tmp_path, [fired(alert, series, {labels: 1})], [file])


@pytest.mark.parametrize("what", QUIET)
def test_an_alert_does_not_fire(tmp_path: Path, file: Path, what: str) -> None:
    alert, series = QUIET[what]
    evaluate(tmp_path, [fired(alert, series, {})], [file])


def test_each_alert_fires_and_keeps_quiet_in_a_test(alerts: list[Object]) -> None:
    names = {alert["alert"].removeprefix("Footnote") for alert in alerts}
    assert {alert for alert, *_ in FIRES.values()} == {alert for alert, _ in QUIET.values()} == names


def test_an_alert_about_what_woke_a_pod_ends(tmp_path: Path, file: Path) -> None:
    ended = gives('ALERTS{alertname="FootnoteErrors"}', 3600, {})
    evaluate(tmp_path, [Case("", STEP, {requests("503"): WOKEN.format(7)}, ended)], [file])


def test_prometheus_takes_the_rules(file: Path) -> None:
    run("check", "rules", file)


def test_each_alert_leads_to_what_to_do(alerts: list[Object]) -> None:
    guide = (ROOT / "knative" / "README.md").read_text()
    headings = re.findall(r"^### (Footnote\w+)$", guide, re.MULTILINE)
    assert headings == [alert["alert"] for alert in alerts]
    for alert in alerts:
        assert alert["annotations"]["summary"]
        assert alert["annotations"]["description"]
        assert alert["annotations"]["runbook"] == f"knative/README.md#{alert['alert'].lower()}"


def test_the_alerts_are_about_metrics_that_exist(alerts: list[Object]) -> None:
    expressions = " ".join(alert["expr"] for alert in alerts)
    assert set(re.findall(r"footnote_[a-z_]+", expressions)) <= metrics()


def test_there_are_none_unless_they_are_wanted(render: Render) -> None:
    assert "PrometheusRule" not in {o["kind"] for o in render("knative")}


def test_no_alert_waits_for_a_reconcile_that_is_switched_off(render: Render) -> None:
    off = render("knative", "monitoring.rules.enabled=true", "reconcile.enabled=false")
    assert "kube_cronjob" not in json.dumps([o for o in off if o["kind"] == "PrometheusRule"])
