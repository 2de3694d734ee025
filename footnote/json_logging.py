"""Logging as JSON lines."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from footnote import trace_context
from footnote.errors import Misconfigured


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object, into which `extra={"fields": {...}}` is merged."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if trace_id := trace_context.trace_id():
            line["trace_id"] = trace_id
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
