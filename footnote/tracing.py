"""OpenTelemetry spans, exported by OTLP over HTTP if OTEL_EXPORTER_OTLP_ENDPOINT is set.

OpenTelemetry's own settings apply (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER and the others).
The current span is known only by its traceparent, which a context variable holds. So a generator may end
in another context than it began in, and without an endpoint OpenTelemetry is not even imported.
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

from footnote import trace_context

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span as Recorded
    from opentelemetry.trace import Tracer

Kind = Literal["internal", "server", "client", "consumer"]
Attributes = Mapping[str, str | int | float | bool | None]

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
DISABLING = {"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "none"}
"""OpenTelemetry's settings, and the values that switch spans off."""
TIMEOUTS = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT")
SHUTDOWN_TIMEOUT = 1.0
"""Seconds that a stopping process waits for its last spans to be sent, unless a timeout is set."""
EXPORT_DELAY_MS = 500
"""It is short, since a stopping uvicorn raises its SIGTERM again, after which nothing runs."""


_request_span: ContextVar[Span | None] = ContextVar("request_span", default=None)


class Span:
    """A span. One that is not recorded ignores everything."""

    def __init__(self, recorded: Recorded | None = None) -> None:
        self.recorded = recorded

    def rename(self, name: str) -> None:
        if self.recorded:
            self.recorded.update_name(name)

    def set(self, attributes: Attributes) -> None:
        """Add the attributes that are not None."""
        if self.recorded:
            self.recorded.set_attributes(_given(attributes))

    def fail(self, error_type: str) -> None:
        """Set the error status, without a message: that might hold what a user wrote."""
        if self.recorded:
            from opentelemetry.trace import StatusCode

            self.recorded.set_status(StatusCode.ERROR)
            self.recorded.set_attribute("error.type", error_type)

    def end(self) -> None:
        if self.recorded:
            self.recorded.end()


def prepare() -> None:
    """Import and set up the exporter now, so that no request waits for it."""
    _tracer()


def start(name: str, kind: Kind = "internal", attributes: Attributes | None = None) -> Span:
    """Begin a child of the current span and make it the current one. The caller ends it."""
    tracer = _tracer()
    if tracer is None:
        trace_context.begin()
        return _as_request_span(Span(), kind)
    from opentelemetry.trace import SpanKind

    recorded = tracer.start_span(name, _parent(), SpanKind[kind.upper()], _given(attributes or {}))
    context = recorded.get_span_context()
    traceparent = f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
    trace_context.enter({"traceparent": traceparent})
    return _as_request_span(Span(recorded), kind)


def _as_request_span(span: Span, kind: Kind) -> Span:
    if kind == "server":
        _request_span.set(span)
    return span


def fail_request(error_type: str) -> None:
    """Set the error status of the present request's span, though its response began as a success."""
    if span := _request_span.get():
        span.fail(error_type)


def server_attributes(url: str) -> Attributes:
    """The attributes of a call that say where it goes."""
    address = urlsplit(url)
    port = address.port or {"http": 80, "https": 443}.get(address.scheme)
    return {"server.address": address.hostname, "server.port": port}


@contextmanager
def span(
    name: str, kind: Kind = "internal", attributes: Attributes | None = None, *, parent: str = ""
) -> Iterator[Span]:
    """A span around a block, which fails when the block raises. `parent`: a traceparent to continue."""
    outer = trace_context.headers()
    if parent and parent[3:35] != trace_context.trace_id():
        trace_context.enter({"traceparent": parent})
    inner = start(name, kind, attributes)
    try:
        yield inner
    except Exception as error:
        inner.fail(type(error).__name__)
        raise
    finally:
        inner.end()
        trace_context.enter(outer)


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
        **server_attributes(base_url),
    }
    with span(f"{operation} {model}", "client" if base_url else "internal", attributes) as inner:
        yield inner


def _given(attributes: Attributes) -> dict[str, str | int | float | bool]:
    return {name: value for name, value in attributes.items() if value is not None}


def _parent() -> Context:
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract(trace_context.headers(), Context())


@cache
def _tracer() -> Tracer | None:
    if not is_enabled(os.environ):
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = os.environ.get("OTEL_SERVICE_NAME") or os.environ.get("FUNCTION_TARGET", "footnote")
    resource = Resource.create({"service.name": name})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    delay = int(os.environ.get("OTEL_BSP_SCHEDULE_DELAY", EXPORT_DELAY_MS))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(), schedule_delay_millis=delay))
    _shut_down_at_exit(provider)
    return provider.get_tracer("footnote")


def is_enabled(environ: Mapping[str, str]) -> bool:
    """Whether an endpoint is set and spans are not switched off."""
    disabled = any(environ.get(name, "").strip().lower() == value for name, value in DISABLING.items())
    return not disabled and any(environ.get(name) for name in ENDPOINTS)


def _shut_down_at_exit(provider: TracerProvider) -> None:
    """Send the last spans at exit, within SHUTDOWN_TIMEOUT.

    The thread is started now, since none can be started at exit.
    """
    exiting = Event()

    def shut_down() -> None:
        exiting.wait()
        provider.shutdown()

    thread = Thread(target=shut_down, daemon=True)
    thread.start()
    timeouts = (float(value) for name in TIMEOUTS if (value := os.environ.get(name)))
    timeout = next(timeouts, SHUTDOWN_TIMEOUT)

    @atexit.register
    def wait_for_shutdown() -> None:
        exiting.set()
        thread.join(timeout)
