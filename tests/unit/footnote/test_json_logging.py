import json
import logging

from footnote import trace_context
from footnote.errors import Misconfigured
from footnote.json_logging import JsonFormatter

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def test_a_log_line_names_the_trace() -> None:
    trace_context.enter({"traceparent": PARENT})
    record = logging.LogRecord("footnote", logging.INFO, "", 0, "done", (), None)
    assert json.loads(JsonFormatter().format(record))["trace_id"] == TRACE


def test_a_misconfiguration_is_logged_without_a_traceback() -> None:
    error = Misconfigured("FOOTNOTE_RATE_LIMIT='abc': use a whole number.")
    info = (type(error), error, None)
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "Exception", (), info)
    line = json.loads(JsonFormatter().format(record))
    assert (line["message"], line["error"]) == (error.message, "misconfigured")
    assert "exception" not in line
