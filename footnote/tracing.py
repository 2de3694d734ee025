"""Spans, sent by OTLP over HTTP where OTEL_EXPORTER_OTLP_ENDPOINT says so, else not recorded at all.

OpenTelemetry's own settings apply (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER and the others).
The present span is known by its traceparent alone, which a context variable holds. So a generator that
ends in another context than it began in confuses nothing, and nothing is imported where nothing is sent.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from threading import Event, Thread
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from footnote import telemetry

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span as Recorded
    from opentelemetry.trace import Tracer

Kind = Literal["internal", "server", "client", "consumer"]
Attributes = Mapping[str, str | int | float | bool | None]

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
SWITCHES = {"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "none"}
"""OpenTelemetry's own, and how they are when there are to be no spans."""
TIMEOUTS = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT")
LAST = 1.0
"""Seconds in which the last spans must be gone when the process stops, unless a timeout is set."""
EXPORT_DELAY = 500
"""Milliseconds: short, since a stopping uvicorn raises its SIGTERM again, after which nothing runs."""


_request: ContextVar[Span | None] = ContextVar("request", default=None)


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
        return _entered(Span(), kind)
    from opentelemetry.trace import SpanKind

    recorded = tracer.start_span(name, _parent(), SpanKind[kind.upper()], _given(attributes or {}))
    now = recorded.get_span_context()
    traceparent = f"00-{now.trace_id:032x}-{now.span_id:016x}-{now.trace_flags:02x}"
    telemetry.enter_trace({"traceparent": traceparent})
    return _entered(Span(recorded), kind)


def _entered(span: Span, kind: Kind) -> Span:
    if kind == "server":
        _request.set(span)
    return span


def fail_request(error_type: str) -> None:
    """The span of the present request fails, though its response began as that of a success."""
    if request := _request.get():
        request.fail(error_type)


def server_at(url: str) -> Attributes:
    """Attributes of a call: whom it goes to."""
    address = urlsplit(url)
    port = address.port or {"http": 80, "https": 443}.get(address.scheme)
    return {"server.address": address.hostname, "server.port": port}


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
    attributes = {
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": "openai" if base_url else "footnote",
        "gen_ai.request.model": model,
        **server_at(base_url),
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
    if not is_on(os.environ):
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = os.environ.get("OTEL_SERVICE_NAME") or os.environ.get("FUNCTION_TARGET", "footnote")
    resource = Resource.create({"service.name": name})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    delay = int(os.environ.get("OTEL_BSP_SCHEDULE_DELAY", EXPORT_DELAY))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(), schedule_delay_millis=delay))
    _finish_at_exit(provider)
    return provider.get_tracer("footnote")


def is_on(environ: Mapping[str, str]) -> bool:
    """Whether spans are sent: somebody takes them, and they are not switched off."""
    off = any(environ.get(name, "").strip().lower() == value for name, value in SWITCHES.items())
    return not off and any(environ.get(name) for name in ENDPOINTS)


def _finish_at_exit(provider: TracerProvider) -> None:
    """Send the last spans, in as little time as a process has that is told to stop.

    By a thread that is there already: no other can be started at the exit.
    """
    ends = Event()

    def finish() -> None:
        ends.wait()
        provider.shutdown()

    thread = Thread(target=finish, daemon=True)
    thread.start()
    seconds = next((float(given) for name in TIMEOUTS if (given := os.environ.get(name))), LAST)

    @atexit.register
    def end() -> None:
        ends.set()
        thread.join(seconds)
