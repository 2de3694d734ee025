from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable

import pytest
import yaml

from tests.processes import ROOT
from tests.unit.charts.objects import Object, Render, Template, environ, named


def test_a_reindex_is_a_job_that_switches_when_told(render: Render) -> None:
    assert not [o for o in render("knative") if "reindex" in o["metadata"]["name"]]
    given = ("reindex.enabled=true", "reindex.model=bge-small", "reindex.chunking=wordpieces-300-60")
    for switch, more in (("false", []), ("true", ["--yes"])):
        job = named(render("knative", *given, f"reindex.switch={switch}"), "Job", "reindex-1")
        (container,) = job["spec"]["template"]["spec"]["containers"]
        options = ["--model", "bge-small", "--chunking", "wordpieces-300-60"]
        assert container["command"] == ["footnote", "reindex", *more, *options]
        assert environ(container)["FOOTNOTE_INGEST_URL"].endswith("/footnote")
        assert "FOOTNOTE_EMBED_URL" in environ(container)


@pytest.mark.parametrize(
    ("chart", "changed"),
    [
        ("knative", "image.tag=0.2.0"),
        ("knative", "settings.bucket=s3://others"),
        ("eck", "keys.image=registry.example.com/footnote-cli:0.2.0"),
        ("eck", "indexes.nodeLeft=5m"),
        ("eck", "keys.readerSecret=others"),
    ],
)
def test_a_job_that_changed_has_another_name_because_no_job_can_be_changed(
    render: Render, chart: str, changed: str
) -> None:
    """The revision is 1 each time, as it is with Argo CD and with `helm template`."""

    def jobs(*values: str) -> set[str]:
        return {thing["metadata"]["name"] for thing in render(chart, *values) if thing["kind"] == "Job"}

    assert jobs() == jobs()
    assert not jobs() & jobs(changed)


@pytest.mark.parametrize("chart", ["knative", "eck"])
def test_the_name_of_a_job_fits_into_the_labels_of_its_pods(template: Template, chart: str) -> None:
    done = template(chart, *(["reindex.enabled=true"] if chart == "knative" else []), release="r" * 40)
    found = [each for each in yaml.safe_load_all(done.stdout) if each and each["kind"] == "Job"]
    assert found
    assert all(len(each["metadata"]["name"]) <= 63 - len("999") for each in found)


def test_variables_for_everything_reach_the_jobs(render: Render) -> None:
    objects = render("knative", "environ.HTTPS_PROXY=http://proxy.example.com:3128")
    jobs = [named(objects, "Job", "backfill-1")["spec"]]
    jobs += [thing["spec"]["jobTemplate"]["spec"] for thing in objects if thing["kind"] == "CronJob"]
    assert len(jobs) == 4
    for job in jobs:
        (container,) = job["template"]["spec"]["containers"]
        assert environ(container)["HTTPS_PROXY"] == "http://proxy.example.com:3128"


def test_the_images_of_jobs_and_functions_can_send_the_traces_that_such_a_variable_asks_for() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for image in ("answer", "embed", "retrieve", "ingest", "cli"):
        assert re.search(r"footnote\[(.*,)?tracing]", " ".join(extras[image])), image


def test_a_rollback_says_what_it_goes_back_from(render: Render, template: Template) -> None:
    back = ("reindex.enabled=true", "reindex.rollback=true")
    done = template("knative", *back)
    assert done.returncode != 0
    assert "reindex.rollback: set reindex.model or reindex.chunking" in done.stderr
    job = named(render("knative", *back, "reindex.chunking=wordpieces-300-60"), "Job", "reindex-1")
    (container,) = job["spec"]["template"]["spec"]["containers"]
    options = ["--rollback", "--chunking", "wordpieces-300-60"]
    assert container["command"] == ["footnote", "reindex", *options]


def test_status_is_a_job_that_is_only_run_by_hand(render: Render) -> None:
    schedule = named(render("knative"), "CronJob", "status")["spec"]
    assert schedule["suspend"] is True
    job = schedule["jobTemplate"]["spec"]
    (container,) = job["template"]["spec"]["containers"]
    assert container["command"] == ["footnote", "status"]
    keeper = environ(container)["FOOTNOTE_DEAD_LETTERS_URL"]
    assert keeper == "http://footnote-dead-letters.here.svc.cluster.local"


def test_status_is_tried_again_unless_it_says_that_a_document_failed(
    render: Render, check: Callable[[Object], None]
) -> None:
    schedule = named(render("knative"), "CronJob", "status")
    job = schedule["spec"]["jobTemplate"]["spec"]
    assert job["template"]["spec"]["restartPolicy"] == "Never"
    assert job["backoffLimit"] == 3
    told = {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1]}}
    assert job["podFailurePolicy"] == {"rules": [told]}
    check(schedule)
    others = [thing["spec"] for thing in render("knative") if thing["kind"] == "Job"]
    assert all("podFailurePolicy" not in job for job in others)


def test_jobs_hold_the_key_of_those_who_run_footnote_and_functions_do_not(render: Render) -> None:
    for thing in render("knative"):
        holds = "footnote-elasticsearch-operator" in json.dumps(thing)
        assert holds == (thing["kind"] in {"Job", "CronJob"} and "dead" not in thing["metadata"]["name"])
