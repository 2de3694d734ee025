import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote import telemetry
from footnote.errors import Misconfigured
from footnote.telemetry import JsonFormatter

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def test_the_trace_of_a_request_is_continued() -> None:
    telemetry.enter_trace({"traceparent": PARENT})
    assert telemetry.trace_id() == TRACE
    assert telemetry.trace_headers() == {"traceparent": PARENT}


def test_the_trace_of_an_event_wins_over_that_of_its_request() -> None:
    other = f"00-{'1' * 32}-{'2' * 16}-01"
    telemetry.enter_trace({"traceparent": other, "ce-traceparent": PARENT})
    assert telemetry.trace_id() == TRACE


@given(st.text() | st.from_regex(r"[0-9a-f-]{40,60}"))
def test_an_invalid_traceparent_is_not_passed_on(given: str) -> None:
    telemetry.enter_trace({"traceparent": given})
    telemetry.begin_trace()
    assert telemetry.trace_headers()["traceparent"].count("-") == 3
    assert len(telemetry.trace_id()) == 32
    assert given not in telemetry.trace_headers().values() or len(given) == 55


@pytest.mark.parametrize("given", ["", f"00-{'0' * 32}-{'1' * 16}-01", f"00-{'1' * 32}-{'0' * 16}-01"])
def test_zeros_are_no_trace(given: str) -> None:
    telemetry.enter_trace({"traceparent": given})
    assert telemetry.trace_headers() == {}


def test_a_trace_is_begun_once() -> None:
    telemetry.enter_trace({})
    telemetry.begin_trace()
    first = telemetry.trace_id()
    telemetry.begin_trace()
    assert telemetry.trace_id() == first


def test_a_log_line_names_the_trace() -> None:
    telemetry.enter_trace({"traceparent": PARENT})
    record = logging.LogRecord("footnote", logging.INFO, "", 0, "done", (), None)
    assert json.loads(JsonFormatter().format(record))["trace_id"] == TRACE


def test_a_misconfiguration_is_logged_without_a_traceback() -> None:
    error = Misconfigured("FOOTNOTE_RATE_LIMIT='abc': give a whole number.")
    info = (type(error), error, None)
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "Exception", (), info)
    line = json.loads(JsonFormatter().format(record))
    assert (line["message"], line["error"]) == (error.message, "misconfigured")
    assert "exception" not in line
