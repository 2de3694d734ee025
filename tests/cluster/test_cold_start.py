"""From no pod at all to an answer, beside a function that does nothing."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from tests.cluster.conftest import HERE
from tests.cluster.footnote import Footnote, Gateway
from tests.cluster.kube import ROOT, until

QUESTION = "How deep is the well of Tarn Point?"
ROUNDS = 5
Result = TypeVar("Result")


@pytest.fixture(scope="module")
def hello(footnote: Footnote) -> Gateway:
    cluster = footnote.cluster
    cluster.apply(HERE / "hello.yaml")
    cluster.kubectl("wait", "ksvc/hello", "--for=condition=Ready", "--timeout=180s")
    return replace(footnote.gateway, host=cluster.host("hello"))


def test_one_question_wakes_all_stages_and_they_sleep_again(footnote: Footnote, hello: Gateway) -> None:
    footnote.put("well.md", "The well of Tarn Point is 31 metres deep.\n")
    footnote.until_cited(QUESTION, "31 metres")
    rounds: list[dict[str, Any]] = []
    for _ in range(ROUNDS):
        footnote.cluster.wait_for_zero()
        until(lambda: not footnote.cluster.pods_of("serving.knative.dev/service=hello"), 120)
        time.sleep(2)
        trivial, _ = _timed(lambda: hello.request("GET", "/"))
        seconds, answer = _timed(lambda: footnote.ask(QUESTION))
        assert any("31 metres" in citation["quote"] for citation in answer["citations"])
        rounds.append({"trivial_s": trivial, "answer_s": seconds, "timings_ms": answer["timings_ms"]})
        print(rounds[-1])
    report: dict[str, Any] = {
        "rounds": rounds,
        "trivial_s": statistics.median(one["trivial_s"] for one in rounds),
        "answer_s": statistics.median(one["answer_s"] for one in rounds),
        "back_to_zero_s": footnote.cluster.wait_for_zero(),
    }
    report["ratio"] = report["answer_s"] / report["trivial_s"]
    folder = ROOT / "bench" / "out"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cluster-coldstart.json").write_text(json.dumps(report, indent=2))
    print(json.dumps(report, indent=2))


def _timed(call: Callable[[], Result]) -> tuple[float, Result]:
    started = time.perf_counter()
    result = call()
    return time.perf_counter() - started, result
