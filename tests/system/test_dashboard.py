"""The dashboard over a real Prometheus that watches the functions: no panel is empty."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import Request

import pytest

from footnote.events import object_changed_event, to_http
from tests.chat_model import ChatModel
from tests.processes import ROOT, System, send
from tests.prometheus import NAMESPACE, Prometheus
from tests.system.footnote_up import eventually

DASHBOARD = json.loads((ROOT / "knative" / "dashboards" / "footnote.json").read_text())
EXPRESSIONS = [
    (panel["title"], target["expr"].replace("$namespace", NAMESPACE))
    for panel in DASHBOARD["panels"]
    for target in panel["targets"]
]
DOCUMENT = "The lighthouse listens on port 8080. It was built in 1906."
REPLY = "The lighthouse listens on port 8080 [1]. It is painted turquoise [1]."


class Day:
    """A Footnote with everything on that is counted."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.system = System(folder, stack)
        self.model = stack.enter_context(ChatModel(lambda _: REPLY))
        embed = self.system.start("embed")
        retrieve = self.system.start("retrieve")
        self.ingest = self.system.start("ingest", uploads="on")
        self.answer = self.system.start(
            "answer",
            uploads="on",
            chat_base_url=self.model.url,
            chat_model="stand-in",
            rate_limit=1000,
            price_prompt=1,
            price_completion=2,
            answer_cache=60,
        )
        self.keeper = self.system.start("deadletters")
        self.functions = [embed, retrieve, self.ingest, self.answer, self.keeper]
        self.hours = 0

    def pass_an_hour(self) -> None:
        """Documents come and change, a letter is kept, questions of every kind are asked."""
        self.hours += 1
        self.system.index(self.ingest, f"lighthouse{self.hours}.md", DOCUMENT)
        (self.system.bucket / "drifted.md").write_text(f"The tide of {self.hours} o'clock is high.")
        headers, body = to_http(object_changed_event(self.system.bucket.as_uri(), "drifted.md", "drift"))
        assert self.ingest.post("/", body, headers).status == 200
        assert self.keeper.post("/", body, headers).status == 204
        self.put(f"/uploads/{self.hours}.txt", b"The house tea is a Darjeeling.")
        asked = self.ask(f"On which port does the lighthouse listen, for the {self.hours}. time?")
        self.put(f"/answers/{asked['id']}/rating", b'{"rating": "up"}')
        self.ask(f"On which port does the lighthouse listen, for the {self.hours}. time?")
        assert self.ask("Who composed the symphonies of the planet Neptune?")["refused"]
        self.model.status = 500
        assert self.ask(f"When was the lighthouse built, {self.hours}?")["notices"]
        self.model.status = 200

    def ask(self, question: str) -> dict[str, Any]:
        reply = self.answer.post("/chat", {"query": question})
        assert reply.status == 200, reply.body
        return dict(reply.json)

    def put(self, path: str, body: bytes) -> None:
        reply = send(Request(self.answer.url + path, body, method="PUT"))
        assert reply.status in (201, 204), reply.body


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """It sees the functions when all has happened, as it does those that are woken from zero."""
    folder = tmp_path_factory.mktemp("dashboard")
    with ExitStack() as stack:
        day = Day(folder, stack)
        for _ in range(2):
            day.pass_an_hour()
        prometheus = stack.enter_context(Prometheus(folder, day.functions))
        eventually(prometheus.ready)
        yield prometheus


@pytest.mark.parametrize(("panel", "expression"), EXPRESSIONS)
def test_a_panel_shows_what_happened(prometheus: Prometheus, panel: str, expression: str) -> None:
    eventually(lambda: any(value > 0 for value in prometheus.query(expression)))


def test_the_figures_are_those_of_the_day(prometheus: Prometheus) -> None:
    eventually(lambda: prometheus.query("sum(up)") == [5])
    eventually(lambda: prometheus.query("sum(footnote_answers_total)") == [8])
    assert prometheus.query('footnote_answers_total{outcome="refused"}') == [2]
    assert prometheus.query('footnote_answer_cache_total{found="yes"}') == [2]
    assert prometheus.query('footnote_answer_cache_total{found="no"}') == [4]
    # The first search since a change of the index may be older than that, so its question has another.
    assert prometheus.query('footnote_remembered_total{found="yes"}') == [1]
    assert prometheus.query('footnote_remembered_total{found="no"}') == [7]
    assert prometheus.query("footnote_passages_found_count") == [7]
    assert prometheus.query('footnote_ingest_drift_total{found="drift"}') == [2]
    assert prometheus.query('footnote_uploads_total{outcome="uploaded"}') == [2]
    assert prometheus.query("footnote_dead_letters") == [2]
