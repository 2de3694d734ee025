"""One trace from the first function to the last, as a collector receives it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from footnote.events import object_changed, to_http, to_json
from tests.otlp import Collector, Span
from tests.processes import System

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{CALLER}-01"


class Traced(System):
    """Functions that send their spans to `collector`."""

    def __init__(self, folder: Path, stack: ExitStack, collector: Collector) -> None:
        super().__init__(folder, stack, {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url})
        self.collector = collector

    def trace(self, *names: str) -> dict[str, Span]:
        """The spans of TRACE by service and name, once all those named have arrived."""
        spans = self.collector.wait(lambda spans: set(names) <= by_name(spans).keys())
        assert set(names) <= by_name(spans).keys()
        return by_name(spans)


def by_name(spans: list[Span]) -> dict[str, Span]:
    return {f"{span.service}: {span.name}": span for span in spans if span.trace == TRACE}


def ancestors(span: Span, spans: dict[str, Span]) -> list[str]:
    """Services from the span's own up to the caller's."""
    by_id = {each.id: each for each in spans.values()}
    services = []
    while span.id in by_id:
        services.append(span.service)
        if span.parent not in by_id:
            assert span.parent == CALLER
            return list(dict.fromkeys(services))
        span = by_id[span.parent]
    raise AssertionError("unreachable")


@pytest.fixture
def system(tmp_path: Path) -> Iterator[Traced]:
    with Collector() as collector, ExitStack() as stack:
        yield Traced(tmp_path, stack, collector)


@pytest.mark.parametrize("mode", ["binary", "structured"])
def test_an_event_is_one_trace_from_ingest_to_embed(system: Traced, mode: str) -> None:
    embed = system.start("embed")
    ingest = system.start("ingest", embed_url=embed.url)
    (system.bucket / "a.md").write_text("# Ports\n\nThe port is 8080.")
    event = object_changed(system.bucket.as_uri(), "a.md")
    event["traceparent"] = TRACEPARENT
    headers, body = to_http(event)
    if mode == "structured":
        headers, body = {"content-type": "application/cloudevents+json"}, to_json(event)

    reply = ingest.post("/", body, **headers)

    assert reply.status == 200, reply.body
    spans = system.trace(
        "ingest: process dev.footnote.object.changed.v1",
        *(f"ingest: {stage}" for stage in ("fetch", "parse", "embed", "stage", "commit")),
        "embed: POST /v1/embeddings",
        "embed: embeddings all-MiniLM-L6-v2",
    )
    model = spans["embed: embeddings all-MiniLM-L6-v2"]
    assert ancestors(model, spans) == ["embed", "ingest"]
    assert model.attributes["gen_ai.operation.name"] == "embeddings"
    assert model.attributes["gen_ai.usage.input_tokens"] > 0
    processed = spans["ingest: process dev.footnote.object.changed.v1"]
    assert processed.attributes["footnote.outcome"] == "indexed"
    assert TRACE in reply.headers["ce-traceparent"] or mode == "structured"


def test_retrieve_continues_the_callers_trace_to_embed(system: Traced) -> None:
    embed = system.start("embed")
    ingest = system.start("ingest", embed_url=embed.url)
    retrieve = system.start("retrieve", embed_url=embed.url)
    system.index(ingest, "a.md", "# Ports\n\nThe port is 8080.")

    assert retrieve.post("/", {"query": "port"}, traceparent=TRACEPARENT).json["hits"]

    index = retrieve.post("/", {"query": "port"}).json["index"]
    spans = system.trace(
        "retrieve: POST /", f"retrieve: retrieval {index}", "embed: embeddings all-MiniLM-L6-v2"
    )
    assert ancestors(spans["embed: embeddings all-MiniLM-L6-v2"], spans) == ["embed", "retrieve"]
    assert spans[f"retrieve: retrieval {index}"].attributes["gen_ai.data_source.id"] == index


def test_what_fails_is_marked_so(system: Traced) -> None:
    ingest = system.start("ingest", embed_url="http://127.0.0.1:9")
    (system.bucket / "a.md").write_text("The port is 8080.")
    event = object_changed(system.bucket.as_uri(), "a.md")
    event["traceparent"] = TRACEPARENT
    headers, body = to_http(event)
    assert ingest.post("/", body, **headers).status == 503
    spans = system.trace("ingest: POST /", "ingest: embed")
    assert spans["ingest: embed"].failed
    assert spans["ingest: embed"].attributes["error.type"] == "Unavailable"
