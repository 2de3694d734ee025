"""Spans, sent by OTLP over HTTP where OTEL_EXPORTER_OTLP_ENDPOINT says so, else not recorded at all.

OpenTelemetry's own settings apply (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER and the others).
The present span is known by its traceparent alone, which a context variable holds. So a generator that
ends in another context than it began in confuses nothing, and nothing is imported where nothing is sent.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from footnote import telemetry

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span as Recorded
    from opentelemetry.trace import Tracer

Kind = Literal["internal", "server", "client", "consumer"]
Attributes = Mapping[str, str | int | float | bool | None]

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
EXPORT_DELAY = 500
"""Milliseconds: short, since a stopping uvicorn raises its SIGTERM again, after which nothing runs."""


class Span:
    """Something that takes time. One that is not recorded takes everything and keeps nothing."""

    def __init__(self, recorded: Recorded | None = None) -> None:
        self.recorded = recorded

    def rename(self, name: str) -> None:
        if self.recorded:
            self.recorded.update_name(name)

    def set(self, attributes: Attributes) -> None:
        """Add attributes; those that are None are left out."""
        if self.recorded:
            self.recorded.set_attributes(_given(attributes))

    def fail(self, error_type: str) -> None:
        """Say that it failed: never with a message, which may hold what a user wrote."""
        if self.recorded:
            from opentelemetry.trace import StatusCode

            self.recorded.set_status(StatusCode.ERROR)
            self.recorded.set_attribute("error.type", error_type)

    def end(self) -> None:
        if self.recorded:
            self.recorded.end()


def prepare() -> None:
    """Import what exporting needs now, so that no request waits for it."""
    _tracer()


def start(name: str, kind: Kind = "internal", attributes: Attributes | None = None) -> Span:
    """Begin a span under the present one, and be it from here on. The caller ends it."""
    tracer = _tracer()
    if tracer is None:
        telemetry.begin_trace()
        return Span()
    from opentelemetry.trace import SpanKind

    recorded = tracer.start_span(name, _parent(), SpanKind[kind.upper()], _given(attributes or {}))
    now = recorded.get_span_context()
    traceparent = f"00-{now.trace_id:032x}-{now.span_id:016x}-{now.trace_flags:02x}"
    telemetry.enter_trace({"traceparent": traceparent})
    return Span(recorded)


@contextmanager
def span(
    name: str, kind: Kind = "internal", attributes: Attributes | None = None, *, parent: str = ""
) -> Iterator[Span]:
    """A span around a block, which fails with it; in the trace of `parent`, a traceparent, if given."""
    outer = telemetry.trace_headers()
    if parent and parent[3:35] != telemetry.trace_id():
        telemetry.enter_trace({"traceparent": parent})
    inner = start(name, kind, attributes)
    try:
        yield inner
    except Exception as error:
        inner.fail(type(error).__name__)
        raise
    finally:
        inner.end()
        telemetry.enter_trace(outer)


@contextmanager
def model_span(operation: str, model: str, base_url: str = "") -> Iterator[Span]:
    """A span around the use of a model: of an OpenAI-compatible endpoint, or in this process.

    `operation` is `chat`, `embeddings` or `rerank`. Names and attributes are OpenTelemetry's for
    generative AI.
    """
    address = urlsplit(base_url)
    attributes = {
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": "openai" if base_url else "footnote",
        "gen_ai.request.model": model,
        "server.address": address.hostname,
        "server.port": address.port,
    }
    with span(f"{operation} {model}", "client" if base_url else "internal", attributes) as inner:
        yield inner


def _given(attributes: Attributes) -> dict[str, str | int | float | bool]:
    return {name: value for name, value in attributes.items() if value is not None}


def _parent() -> Context:
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract(telemetry.trace_headers(), Context())


@cache
def _tracer() -> Tracer | None:
    if not any(os.environ.get(name) for name in ENDPOINTS):
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = os.environ.get("OTEL_SERVICE_NAME") or os.environ.get("FUNCTION_TARGET", "footnote")
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    delay = int(os.environ.get("OTEL_BSP_SCHEDULE_DELAY", EXPORT_DELAY))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(), schedule_delay_millis=delay))
    return provider.get_tracer("footnote")
