"""From no pod at all to an answer and to an indexed document, beside a function that does nothing."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pytest

from bench.report import Measure, publish
from footnote.events import object_changed_event, to_http
from tests.cluster.conftest import HERE, Inside
from tests.cluster.footnote import Footnote, Gateway
from tests.cluster.kube import until

QUESTION = "How deep is the well of Tarn Point?"
ROUNDS = int(os.environ.get("ROUNDS", "3"))
Result = TypeVar("Result")


@dataclass
class Starts:
    """Seconds that starts from zero took, each beside a trivial one just before it."""

    trivial: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return statistics.median(a / b for a, b in zip(self.ours, self.trivial, strict=True))


@pytest.fixture(scope="module")
def hello(footnote: Footnote) -> Gateway:
    cluster = footnote.cluster
    cluster.apply(HERE / "hello.yaml")
    cluster.kubectl("wait", "ksvc/hello", "--for=condition=Ready", "--timeout=180s")
    return replace(footnote.gateway, host=cluster.host("hello"))


def test_all_stages_wake_for_one_question_or_event_and_sleep_again(
    footnote: Footnote, hello: Gateway, inside: Inside
) -> None:
    footnote.put("well.md", "The well of Tarn Point is 31 metres deep.\n")
    footnote.until_cited(QUESTION, "31 metres")
    ingest, written, stages = inside("ingest"), list[str](), list[dict[str, float]]()

    def trivial() -> None:
        assert hello.request("GET", "/") == (200, b"hello")

    def question() -> None:
        answer = footnote.ask(QUESTION)
        assert any("31 metres" in citation["quote"] for citation in answer["citations"])
        stages.append(answer["timings_ms"])

    def event() -> None:
        headers, body = to_http(object_changed_event("s3://documents", written[-1]))
        status, reply = ingest.send("POST", "/", body, headers)
        assert status == 200
        assert json.loads(reply)["state"] == "indexed"

    starts = {question: Starts(), event: Starts()}
    for _ in range(ROUNDS):
        for ours, found in starts.items():
            wait_for_nothing(footnote)
            written.append(f"well-{len(written)}.md")
            text = f"The well of Tarn Point was dug in 1802: {written[-1]}, {time.time_ns()}."
            footnote.write_unnoticed(written[-1], text)
            found.trivial.append(timed(trivial))
            found.ours.append(timed(ours))
            print(f"{ours.__name__}: {found.ours[-1]:.2f} s, trivial: {found.trivial[-1]:.2f} s")
    asleep = footnote.cluster.wait_for_zero()
    publish(
        "cluster-coldstart",
        [
            Measure("trivial function", statistics.median(starts[question].trivial), "s"),
            Measure("first answer", statistics.median(starts[question].ours), "s"),
            Measure("first answer beside trivial", starts[question].ratio, "times", 2),
            Measure("first event", statistics.median(starts[event].ours), "s"),
            Measure("first event beside trivial", starts[event].ratio, "times", 2),
            Measure("back at zero", asleep, "s"),
        ],
        rounds={ours.__name__: vars(found) for ours, found in starts.items()},
        stages_ms=stages,
    )


def wait_for_nothing(footnote: Footnote) -> None:
    """Until there is no pod of any function, not even one that goes."""
    footnote.cluster.wait_for_zero()
    until(
        lambda: not footnote.cluster.get("pods", "--selector=serving.knative.dev/service")["items"], 300
    )


def timed(call: Callable[[], Result]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
