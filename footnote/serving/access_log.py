"""The access log: one line for each request."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextvars import ContextVar

from starlette.requests import Request
from starlette.responses import Response

from footnote.errors import BODY_LIMIT, FootnoteError

log = logging.getLogger("footnote")

_added: ContextVar[list[Mapping[str, object]] | None] = ContextVar("added", default=None)


class ErrorResponse(Response):
    """Keeps the error that it reports, for the log."""

    def __init__(self, error: FootnoteError, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(body, error.status, headers, media_type="application/json")
        self.error = error


def begin() -> None:
    """Start collecting fields for the present request."""
    _added.set([])


def add_log_fields(**fields: object) -> None:
    """Add fields to the line of the present request. After several calls each field is a list."""
    if (added := _added.get()) is not None:
        added.append(fields)


def write(function: str, request: Request, route: str, response: Response, seconds: float) -> None:
    """Log the request, with the type and message of an error; never what a reader or document says."""
    fields = {
        "function": function,
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        **_error_fields(response),
        **_merged(_added.get() or []),
    }
    level = logging.WARNING if response.status_code >= 500 else logging.INFO
    log.log(level, "request", extra={"fields": fields})


def _error_fields(response: Response) -> dict[str, str]:
    if not isinstance(response, ErrorResponse):
        return {}
    return {"error": response.error.type, "reason": response.error.message[:BODY_LIMIT]}


def _merged(added: list[Mapping[str, object]]) -> dict[str, object]:
    if len(added) == 1:
        return dict(added[0])
    return {name: [fields.get(name) for fields in added] for fields in added for name in fields}
