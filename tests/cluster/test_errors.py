"""What is refused, and how: errors stay small, and a broker can tell what to do about them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from footnote.errors import BODY_LIMIT
from footnote.events import CloudEvent, make_event, to_http
from tests.cluster.conftest import Inside
from tests.cluster.footnote import Footnote, more
from tests.cluster.kube import FUNCTIONS, Cluster, restarts_of_the_broker, until

LONG = "long" * 200
ASKED = "dev.footnote.question.asked.v1"


@pytest.mark.parametrize(
    ("function", "path", "body", "status"),
    [
        ("answer", "/chat", {"query": "Why?", LONG: 1}, 422),
        ("answer", f"/{LONG}", {}, 404),
        ("embed", "/v1/embeddings", {"input": "a", "model": LONG}, 404),
        ("retrieve", "/", {"query": "Why?", LONG: 1}, 422),
        ("retrieve", f"/documents/{LONG}", {}, 405),
        ("ingest", "/", {"specversion": "1.0", "id": "1", "source": "here", "type": LONG}, 422),
        ("ingest", "/notifications", {"Records": [{LONG: 1}]}, 422),
    ],
)
def test_what_is_wrong_is_told_in_few_bytes(
    inside: Inside, function: str, path: str, body: Any, status: int
) -> None:
    assert_refused(inside(function).request("POST", path, body), status)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_too_large_is_refused_in_few_bytes(inside: Inside, function: str) -> None:
    assert_refused(inside(function).send("POST", "/", b" " * 4_000_001, {}), 413)


@pytest.mark.parametrize(
    ("function", "body"),
    [("answer", {"query": "Why?"}), ("embed", {"input": "Why?"}), ("retrieve", {"query": "Why?"})],
)
def test_what_takes_too_long_is_told_in_few_bytes(inside: Inside, function: str, body: Any) -> None:
    path = "/chat" if function == "answer" else "/"
    headers = {"Content-Type": "application/json", "Footnote-Timeout": "0"}
    assert_refused(inside(function).send("POST", path, json.dumps(body).encode(), headers), 503)


def assert_refused(answer: tuple[int, bytes], status: int) -> None:
    answered, told = answer
    assert answered == status, told
    assert len(told) <= BODY_LIMIT
    assert {"type", "message"} <= json.loads(told)["error"].keys()


def test_events_that_are_refused_are_kept_with_the_reason(footnote: Footnote) -> None:
    restarts = restarts_of_the_broker()
    refused = [
        make_event("com.amazonaws.s3.ObjectCreated:Put", f"aws:s3.eu.{LONG}", "another-bucket.md", None),
        make_event("com.amazonaws.s3.ObjectCreated:Put", LONG, "no-source.md", None),
        make_event(ASKED, "here", "no-question", {LONG: 1}),
    ]
    for event in refused:
        footnote.publish(event)
    subjects = {event["subject"] for event in refused}
    until(lambda: {subject for subject, reason in footnote.dead_letters().items() if reason} >= subjects)
    assert restarts_of_the_broker() == restarts


def test_an_event_that_comes_too_early_is_delivered_again(footnote: Footnote, inside: Inside) -> None:
    footnote.write_unnoticed("early.md", "The early bird of Tarn Point is a tern.\n")
    event = footnote.notification("early.md", "Created:Put")
    with bucket_out_of_reach(footnote.cluster):
        assert_refused(deliver(inside, event), 503)
        before = footnote.calls_of_ingest(503)
        footnote.publish(event)
        until(lambda: more(footnote.calls_of_ingest(503), before))
    footnote.until_state("early.md", "indexed")


def deliver(inside: Inside, event: CloudEvent) -> tuple[int, bytes]:
    """As the broker does."""
    headers, body = to_http(event)
    return inside("ingest").send("POST", "/", body, headers)


@contextmanager
def bucket_out_of_reach(cluster: Cluster) -> Iterator[None]:
    """The S3 server runs, and nobody can connect to it: not ingest either, whose connections end."""
    select(cluster, "nobody")
    try:
        if pods := cluster.pods("ingest"):
            cluster.kubectl("delete", "pod", *pods, "--force", "--grace-period=0")
        yield
    finally:
        select(cluster, "s3")


def select(cluster: Cluster, app: str) -> None:
    patch = json.dumps({"spec": {"selector": {"app": app}}})
    cluster.kubectl("patch", "service", "s3", f"--patch={patch}")
