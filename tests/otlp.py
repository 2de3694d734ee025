"""A real OTLP receiver: takes spans over HTTP as a collector does, and decodes them."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1 import trace_pb2

from tests.stub import Reply, Request, Stub


@dataclass(frozen=True)
class Span:
    service: str
    name: str
    kind: str
    trace: str
    id: str
    parent: str
    failed: bool
    attributes: dict[str, Any]


class Collector(Stub):
    def __init__(self) -> None:
        super().__init__(self._answer)
        self.spans: list[Span] = []
        self.status = 200
        self.asked = 0
        """How often."""
        self.arrived = threading.Condition()

    def _answer(self, request: Request) -> Reply:
        zipped = request.headers.get("content-encoding") == "gzip"
        body = gzip.decompress(request.body) if zipped else request.body
        self.asked += 1
        if self.status == 200:
            self.take(ExportTraceServiceRequest.FromString(body))
        return Reply(self.status)

    def take(self, request: ExportTraceServiceRequest) -> None:
        with self.arrived:
            for resource in request.resource_spans:
                service = _attributes(resource.resource.attributes)["service.name"]
                for scope in resource.scope_spans:
                    self.spans += [_span(service, span) for span in scope.spans]
            self.arrived.notify_all()

    def wait(self, enough: Callable[[list[Span]], bool], seconds: float = 30) -> list[Span]:
        """The spans, once they are enough; as they are when time is up."""
        until = time.monotonic() + seconds
        with self.arrived:
            while not enough(self.spans) and time.monotonic() < until:
                self.arrived.wait(until - time.monotonic())
            return list(self.spans)


def _span(service: str, span: trace_pb2.Span) -> Span:
    return Span(
        service=service,
        name=span.name,
        kind=trace_pb2.Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        failed=span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
        attributes=_attributes(span.attributes),
    )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}
