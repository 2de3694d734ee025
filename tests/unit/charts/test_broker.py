from __future__ import annotations

import pytest

from tests.unit.charts.api import cluster_with
from tests.unit.charts.objects import Object, Render, Template


@pytest.fixture
def present(render: Render) -> Object:
    """The Broker of an installation with the values as they come."""
    broker = next(o for o in render("knative") if o["kind"] == "Broker")
    broker["metadata"]["namespace"] = "here"
    return broker


@pytest.mark.parametrize("value", ["broker.class=Kafka", "broker.config.name=another"])
def test_an_upgrade_that_knative_would_refuse_half_way_is_refused_at_once(
    template: Template, present: Object, value: str
) -> None:
    with cluster_with(present) as options:
        done = template("knative", value, options=options)
    assert done.returncode != 0
    assert "run `kubectl -n here delete broker footnote` first" in done.stderr


def test_an_upgrade_that_leaves_the_broker_as_it_is_goes_on(template: Template, present: Object) -> None:
    with cluster_with(present) as options:
        done = template("knative", "broker.retry=3", options=options)
    assert done.returncode == 0, done.stderr


def test_events_are_retried_until_the_alert_that_they_are_postponed_has_fired(render: Render) -> None:
    """Knative waits `backoffDelay` times two to the power of the attempt, which begins at 0."""
    objects = render("knative", "monitoring.rules.enabled=true")
    delivery = next(o for o in objects if o["kind"] == "Broker")["spec"]["delivery"]
    assert (delivery["backoffPolicy"], delivery["backoffDelay"]) == ("exponential", "PT1S")
    (group,) = next(o for o in objects if o["kind"] == "PrometheusRule")["spec"]["groups"]
    alert = next(rule for rule in group["rules"] if rule["alert"] == "FootnoteEventsPostponed")
    minutes = int(alert["for"].removesuffix("m"))
    assert sum(2**attempt for attempt in range(delivery["retry"])) > 60 * minutes


def test_a_broker_of_another_release_is_in_nobodys_way(template: Template, present: Object) -> None:
    present["metadata"]["name"] = "another"
    with cluster_with(present) as options:
        done = template("knative", "broker.class=Kafka", options=options)
    assert done.returncode == 0, done.stderr
