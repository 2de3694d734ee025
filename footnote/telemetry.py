"""JSON logs, and the trace context of the present request."""

from __future__ import annotations

import contextvars
import json
import logging
import re
import secrets
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from footnote.errors import Misconfigured

_traceparent: contextvars.ContextVar[str] = contextvars.ContextVar("traceparent", default="")
_VALID = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object, into which `extra={"fields": {...}}` is merged."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if trace_id():
            line["trace_id"] = trace_id()
        line.update(getattr(record, "fields", {}))
        if record.exc_info and isinstance(error := record.exc_info[1], Misconfigured):
            line |= {"message": error.message, "error": error.type}  # needs no traceback
        elif record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure_logging() -> None:
    """Send every log record of the process to standard error as a JSON line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("elastic_transport").setLevel(logging.WARNING)  # it logs every call
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"


def enter_trace(headers: Mapping[str, str]) -> None:
    """Continue the trace that the headers of an event or request name (W3C traceparent), if any."""
    traceparent = headers.get("ce-traceparent") or headers.get("traceparent") or ""
    _traceparent.set(traceparent if _VALID.fullmatch(traceparent) else "")


def begin_trace() -> None:
    """Begin a new trace, unless there is one already."""
    if not _traceparent.get():
        _traceparent.set(f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01")


def trace_id() -> str:
    """The trace id, 32 hex digits, or "" outside a request."""
    current = _traceparent.get()
    return current.split("-")[1] if current else ""


def trace_headers() -> dict[str, str]:
    """Headers that pass the trace on to another function."""
    current = _traceparent.get()
    return {"traceparent": current} if current else {}
