from __future__ import annotations

import json
from collections.abc import Callable

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
