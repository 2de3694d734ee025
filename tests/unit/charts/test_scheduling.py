"""On which nodes pods may run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.charts.objects import Object, Render, Template

SCHEDULING = {
    "nodeSelector": {"pool": "search"},
    "tolerations": [{"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"}],
    "affinity": {"podAntiAffinity": {}},
    "topologySpreadConstraints": [
        {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}
    ],
    "priorityClassName": "search",
}


def pods(thing: Any) -> Iterator[Object]:
    """The spec of every pod that an object makes."""
    if isinstance(thing, list):
        for item in thing:
            yield from pods(item)
    elif isinstance(thing, dict):
        if "containers" in thing:
            yield thing
        else:
            yield from pods(list(thing.values()))


@pytest.mark.parametrize(
    ("chart", "values", "count"),
    [
        ("knative", ("redis.enabled=true", "redis.secret=redis", "reindex.enabled=true"), 11),
        ("eck", (), 3),
    ],
)
def test_every_pod_runs_only_where_it_may(
    render: Render,
    check: Callable[[Object], None],
    tmp_path: Path,
    chart: str,
    values: tuple[str, ...],
    count: int,
) -> None:
    file = tmp_path / "values.yaml"
    file.write_text(yaml.safe_dump({"scheduling": SCHEDULING}))
    objects = render(chart, *values, files=(str(file),))
    for thing in objects:
        check(thing)
    found = [{name: pod.get(name) for name in SCHEDULING} for pod in pods(objects)]
    assert found == [SCHEDULING] * count


@pytest.mark.parametrize("chart", ["knative", "eck"])
@pytest.mark.parametrize(
    ("mistake", "complaint"),
    [
        ("scheduling.nodeSelectr.pool=search", "additional properties 'nodeSelectr' not allowed"),
        ("scheduling.tolerations[0].efect=NoSchedule", "additional properties 'efect' not allowed"),
        ("scheduling.tolerations[0].tolerationSeconds=soon", "got string, want integer"),
    ],
)
def test_a_mistake_is_refused(template: Template, chart: str, mistake: str, complaint: str) -> None:
    """The Kubernetes API would accept it in an Elasticsearch, and ECK then stops for all of them."""
    done = template(chart, mistake)
    assert done.returncode != 0
    assert complaint in done.stderr
