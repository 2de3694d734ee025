"""Spans without an exporter; tests/system/test_tracing.py covers exported ones."""

import subprocess
import sys

import pytest

from footnote import trace_context, tracing
from tests.otlp import Collector

NOWHERE = "http://127.0.0.1:9"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": NOWHERE, "OTEL_SDK_DISABLED": "True"},
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": NOWHERE, "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_without_an_exporter_nothing_is_imported_and_the_trace_is_continued(
    environ: dict[str, str],
) -> None:
    program = (
        "import sys; from footnote import trace_context, tracing\n"
        f"trace_context.enter({{'traceparent': '{PARENT}'}})\n"
        "with tracing.span('work', 'client', {'a': 1}) as span:\n"
        f"    assert trace_context.headers() == {{'traceparent': '{PARENT}'}}\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PATH": "", **environ})


def test_exit_does_not_wait_for_an_unreachable_collector() -> None:
    program = "from footnote import tracing\nwith tracing.span('work'): pass"
    with Collector() as collector:
        collector.status = 503
        environ = {"PATH": "", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
        subprocess.run([sys.executable, "-c", program], check=True, env=environ)
    assert 1 <= collector.asked <= 2  # a third attempt would come after two seconds


def test_an_unrecorded_span_does_not_change_the_trace() -> None:
    trace_context.enter({"traceparent": PARENT})
    with tracing.span("work") as span:
        span.set({"a": 1})
        span.rename("other")
        span.fail("ValueError")
        assert trace_context.headers() == {"traceparent": PARENT}
    assert trace_context.headers() == {"traceparent": PARENT}


def test_a_span_with_a_parent_restores_the_current_trace() -> None:
    trace_context.enter({"traceparent": PARENT})
    with tracing.span("event", parent=f"00-{'1' * 32}-{'2' * 16}-01"):
        assert trace_context.trace_id() == "1" * 32
    assert trace_context.headers() == {"traceparent": PARENT}


def test_an_exception_in_the_block_is_raised() -> None:
    with pytest.raises(ValueError, match="inside"), tracing.span("work"):
        raise ValueError("inside")
