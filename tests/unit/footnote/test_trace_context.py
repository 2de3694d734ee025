import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote import trace_context

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def test_the_trace_of_a_request_is_continued() -> None:
    trace_context.enter({"traceparent": PARENT})
    assert trace_context.trace_id() == TRACE
    assert trace_context.headers() == {"traceparent": PARENT}


def test_the_trace_of_an_event_wins_over_that_of_its_request() -> None:
    other = f"00-{'1' * 32}-{'2' * 16}-01"
    trace_context.enter({"traceparent": other, "ce-traceparent": PARENT})
    assert trace_context.trace_id() == TRACE


@given(st.text() | st.from_regex(r"[0-9a-f-]{40,60}"))
def test_an_invalid_traceparent_is_not_passed_on(given: str) -> None:
    trace_context.enter({"traceparent": given})
    trace_context.begin()
    assert trace_context.headers()["traceparent"].count("-") == 3
    assert len(trace_context.trace_id()) == 32
    assert given not in trace_context.headers().values() or len(given) == 55


@pytest.mark.parametrize("given", ["", f"00-{'0' * 32}-{'1' * 16}-01", f"00-{'1' * 32}-{'0' * 16}-01"])
def test_zeros_are_no_trace(given: str) -> None:
    trace_context.enter({"traceparent": given})
    assert trace_context.headers() == {}


def test_a_trace_is_begun_once() -> None:
    trace_context.enter({})
    trace_context.begin()
    first = trace_context.trace_id()
    trace_context.begin()
    assert trace_context.trace_id() == first
