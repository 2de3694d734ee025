"""One trace from the first function to the last, as a collector receives it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from footnote.events import object_changed_event, to_http, to_json
from tests.chat_model import ChatModel
from tests.otlp import Collector, Span
from tests.processes import System

CALLER = "b7ad6b7169203331"
"""Id of the span from which every trace here begins."""


class Site:
    """All four functions, which send their spans to `collector`, and the chat model they ask."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.collector = stack.enter_context(Collector())
        self.model = stack.enter_context(ChatModel(lambda _: "The port is 8080 [1]."))
        self.system = System(folder, stack, {"OTEL_EXPORTER_OTLP_ENDPOINT": self.collector.url})
        self.system.start("embed")
        self.ingest = self.system.start("ingest")
        self.retrieve = self.system.start("retrieve")
        chat = {"chat_base_url": self.model.url, "chat_model": "stand-in"}
        self.answer = self.system.start("answer", **chat)
        self.system.index(self.ingest, "ports.md", "# Ports\n\nThe port is 8080.")


class Trace:
    """A trace that a test begins, and the spans of it that arrive."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.id = secrets.token_hex(16)
        self.traceparent = f"00-{self.id}-{CALLER}-01"
        self.spans: dict[str, Span] = {}

    def wait(self, *names: str) -> None:
        """Until the spans named, as `service: name`, have arrived."""
        spans = self.collector.wait(lambda spans: set(names) <= self._by_name(spans).keys())
        self.spans = self._by_name(spans)
        self.by_id = {span.id: span for span in spans}
        assert set(names) <= self.spans.keys(), self.spans.keys()

    def _by_name(self, spans: Iterable[Span]) -> dict[str, Span]:
        return {f"{span.service}: {span.name}": span for span in spans if span.trace == self.id}

    def __getitem__(self, name: str) -> Span:
        return self.spans[name]

    def way(self, name: str) -> list[str]:
        """The services that a span goes back through, from its own to the first."""
        span = self.spans[name]
        services = [span.service]
        while span.parent != CALLER:
            span = self.by_id[span.parent]
            services.append(span.service)
        return list(dict.fromkeys(services))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(tmp_path_factory.mktemp("traced"), stack)


@pytest.fixture
def trace(site: Site) -> Trace:
    return Trace(site.collector)


EMBEDDED = "embed: embeddings all-MiniLM-L6-v2"
PROCESSED = "ingest: process dev.footnote.object.changed.v1"


@pytest.mark.parametrize("mode", ["binary", "structured"])
def test_an_event_is_one_trace_from_ingest_to_embed(site: Site, trace: Trace, mode: str) -> None:
    (site.system.bucket / f"{mode}.md").write_text("# Ports\n\nThe port is 8080.")
    event = object_changed_event(site.system.bucket.as_uri(), f"{mode}.md")
    event["traceparent"] = trace.traceparent
    headers, body = to_http(event)
    if mode == "structured":
        headers, body = {"content-type": "application/cloudevents+json"}, to_json(event)

    reply = site.ingest.post("/", body, headers)

    assert reply.status == 200, reply.body
    stages = (f"ingest: {stage}" for stage in ("fetch", "parse", "embed", "stage", "commit"))
    trace.wait(PROCESSED, *stages, "embed: POST /v1/embeddings", EMBEDDED)
    assert trace.way(EMBEDDED) == ["embed", "ingest"]
    assert trace[EMBEDDED].attributes["gen_ai.operation.name"] == "embeddings"
    assert trace[EMBEDDED].attributes["gen_ai.usage.input_tokens"] > 0
    assert trace[PROCESSED].attributes["footnote.outcome"] == "indexed"


def test_a_reply_goes_on_in_the_trace_of_its_event(site: Site, trace: Trace) -> None:
    headers, body = to_http(object_changed_event(site.system.bucket.as_uri(), "ports.md"))
    reply = site.ingest.post("/", body, {**headers, "ce-traceparent": trace.traceparent})
    assert trace.id in reply.headers["ce-traceparent"]


def test_retrieve_continues_the_callers_trace_to_embed(site: Site, trace: Trace) -> None:
    found = site.retrieve.post("/", {"query": "port"}, {"traceparent": trace.traceparent}).json
    assert found["hits"]
    searched = f"retrieve: retrieval {found['index']}"
    trace.wait("retrieve: POST /", searched, EMBEDDED)
    assert trace.way(EMBEDDED) == ["embed", "retrieve"]
    assert trace[searched].attributes["gen_ai.data_source.id"] == found["index"]


@pytest.mark.parametrize(
    ("accept", "question"),
    [("application/json", "What is the port?"), ("text/event-stream", "Which port is it?")],
)
def test_a_question_is_one_trace_through_all_it_needs(
    site: Site, trace: Trace, accept: str, question: str
) -> None:
    asked = {"query": question}
    reply = site.answer.post("/chat", asked, {"traceparent": trace.traceparent, "accept": accept})
    assert reply.status == 200
    stages = (f"answer: {stage}" for stage in ("embed", "retrieve", "chat stand-in", "check"))
    trace.wait("answer: POST /chat", *stages, "retrieve: POST /", EMBEDDED)
    assert trace["answer: POST /chat"].parent == CALLER
    assert trace["answer: POST /chat"].attributes["http.response.status_code"] == 200
    assert not trace["answer: POST /chat"].failed
    assert trace.way(EMBEDDED) == ["embed", "answer"]
    assert trace.way("retrieve: POST /") == ["retrieve", "answer"]
    called = trace.by_id[trace["retrieve: POST /"].parent]
    assert (called.service, called.kind) == ("answer", "client")
    assert called.attributes["server.address"] == "127.0.0.1"
    assert called.attributes["server.port"] == site.retrieve.port
    assert trace["answer: check"].attributes["footnote.unsupported"] == 0
    chat = trace["answer: chat stand-in"]
    assert chat.kind == "client"
    assert chat.attributes["gen_ai.usage.output_tokens"] == 20
    assert f"00-{trace.id}-{chat.id}" in site.model.headers[-1]["traceparent"]


def test_what_fails_is_marked_so(site: Site, trace: Trace) -> None:
    ingest = site.system.start("ingest", embed_url="http://127.0.0.1:9")
    (site.system.bucket / "b.md").write_text("The port is 8080.")
    headers, body = to_http(object_changed_event(site.system.bucket.as_uri(), "b.md"))
    reply = ingest.post("/", body, {**headers, "ce-traceparent": trace.traceparent})
    assert reply.status == 503
    trace.wait("ingest: POST /", "ingest: embed")
    assert trace["ingest: POST /"].failed
    assert trace["ingest: embed"].failed
    assert trace["ingest: embed"].attributes["error.type"] == "Unavailable"


def test_a_stream_that_breaks_off_is_no_success(site: Site, trace: Trace) -> None:
    headers = {"traceparent": trace.traceparent, "accept": "text/event-stream"}
    site.model.breaks_after = 15
    try:
        reply = site.answer.post("/chat", {"query": "What port is it?"}, headers)
    finally:
        site.model.breaks_after = None
    assert b"event: error" in reply.body
    trace.wait("answer: POST /chat")
    assert trace["answer: POST /chat"].failed
    assert trace["answer: POST /chat"].attributes["error.type"] == "Unavailable"
