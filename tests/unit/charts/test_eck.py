from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

Object = dict[str, Any]
Render = Callable[..., list[Object]]
Template = Callable[..., subprocess.CompletedProcess[str]]


def elasticsearch(objects: list[Object]) -> Object:
    return next(o for o in objects if o["kind"] == "Elasticsearch")


@pytest.mark.parametrize("files", [(), ("values-small.yaml",)])
def test_every_object_is_one_that_its_api_accepts(
    render: Render, check: Callable[[Object], None], files: tuple[str, ...]
) -> None:
    for thing in render("eck", "pullSecrets[0].name=registry", files=files):
        check(thing)


def test_the_defaults_are_three_heavy_hitters(render: Render) -> None:
    nodes = elasticsearch(render("eck"))["spec"]["nodeSets"][0]
    assert (nodes["name"], nodes["count"]) == ("heavy-hitters", 3)
    assert nodes["config"]["node.roles"] == ["master", "data", "ingest"]
    resources = nodes["podTemplate"]["spec"]["containers"][0]["resources"]
    assert resources == {"requests": {"cpu": "1", "memory": "2Gi"}, "limits": {"memory": "4Gi"}}


def test_only_the_setup_may_use_the_kubernetes_api_and_only_for_the_keys(render: Render) -> None:
    roles = [o for o in render("eck") if o["kind"] == "Role"]
    assert [role["rules"] for role in roles] == [
        [
            {
                "apiGroups": [""],
                "resources": ["secrets"],
                "resourceNames": [
                    "footnote-elasticsearch-writer",
                    "footnote-elasticsearch-reader",
                    "footnote-elasticsearch-operator",
                ],
                "verbs": ["get", "patch"],
            }
        ]
    ]


def test_the_notes_name_every_secret_that_gets_a_key(notes: Callable[..., str]) -> None:
    said = notes("eck", "keys.operatorSecret=the-jobs")
    for secret in ("footnote-elasticsearch-writer", "footnote-elasticsearch-reader", "the-jobs"):
        assert secret in said


def test_an_upgrade_does_not_empty_the_secrets_of_the_keys(render: Render) -> None:
    assert not [o for o in render("eck") if o["kind"] == "Secret" and ("data" in o or "stringData" in o)]


def test_an_upgrade_of_the_chart_alone_restarts_no_node(render: Render) -> None:
    template = elasticsearch(render("eck"))["spec"]["nodeSets"][0]["podTemplate"]
    assert "helm.sh/chart" not in template["metadata"]["labels"]


def test_the_lifecycle_has_its_phases(render: Render) -> None:
    setup = next(o for o in render("eck", "lifecycle.deleteAfterDays=7") if o["kind"] == "ConfigMap")
    phases = json.loads(setup["data"]["lifecycle.json"])["policy"]["phases"]
    assert phases.keys() == {"hot", "cold", "delete"}
    assert phases["delete"]["min_age"] == "7d"
    # It takes every write as long as one may go back to it, and so keeps its copy: without, the end of
    # one node would stop ingest.
    assert phases["cold"]["actions"].keys() == {"set_priority"}


def test_every_pod_can_pull_its_image_from_a_registry_with_a_password(render: Render) -> None:
    objects = render("eck", "pullSecrets[0].name=registry")
    setup = next(o for o in objects if o["kind"] == "Job")["spec"]["template"]["spec"]
    rotation = next(o for o in objects if o["kind"] == "CronJob")["spec"]["jobTemplate"]["spec"]
    node = elasticsearch(objects)["spec"]["nodeSets"][0]["podTemplate"]["spec"]
    for pod in (setup, rotation["template"]["spec"], node):
        assert pod["imagePullSecrets"] == [{"name": "registry"}]


def test_a_typo_is_refused(template: Template) -> None:
    done = template("eck", "nodeSet.cuont=1")
    assert done.returncode != 0
    assert "at '/nodeSet': additional properties 'cuont' not allowed" in done.stderr


def test_nodes_on_one_small_machine_make_copies_whatever_else_fills_its_disk(render: Render) -> None:
    config = elasticsearch(render("eck", files=("values-small.yaml",)))["spec"]["nodeSets"][0]["config"]
    watermark = config["cluster.routing.allocation.disk.watermark"]
    assert all(share.endswith("mb") for share in watermark.values())
