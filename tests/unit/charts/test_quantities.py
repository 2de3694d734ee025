"""Amounts of memory, CPU and storage.

The Kubernetes API accepts any text in an Elasticsearch. If it is no quantity, ECK can no longer read
the list of them, and cares for none in the cluster.
"""

from __future__ import annotations

import pytest

from tests.unit.charts.objects import Template

PLACES = {
    "eck": ["nodeSet.resources.limits.memory", "nodeSet.storage.size", "keys.resources.requests.cpu"],
    "knative": [
        "functions.ingest.resources.limits.memory",
        "jobs.resources.requests.memory",
        "deadLetters.storage",
    ],
}


@pytest.mark.parametrize("chart", PLACES)
@pytest.mark.parametrize("wrong", ["4GB", "512mb", "1 Gi", "half", "-1Gi"])
def test_what_is_no_quantity_is_refused_with_its_place(
    template: Template, chart: str, wrong: str
) -> None:
    done = template(chart, *(f"{place}={wrong}" for place in PLACES[chart]))
    assert done.returncode != 0
    for place in PLACES[chart]:
        assert f"at '/{place.replace('.', '/')}': '{wrong}' does not match pattern" in done.stderr


@pytest.mark.parametrize("chart", PLACES)
@pytest.mark.parametrize("right", ["4Gi", "500m", "1.5", "2", "1e9", "100M", "128974848"])
def test_every_quantity_of_kubernetes_is_accepted(template: Template, chart: str, right: str) -> None:
    limits = [place.replace("requests", "limits") for place in PLACES[chart]]
    requests = [place.replace("limits", "requests") for place in limits]
    done = template(chart, *(f"{place}={right}" for place in {*limits, *requests}))
    assert done.returncode == 0, done.stderr
