"""The one line that the log has of a request."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextvars import ContextVar

from starlette.requests import Request
from starlette.responses import Response

from footnote.errors import BODY_LIMIT, FootnoteError

log = logging.getLogger("footnote")

_noted: ContextVar[list[Mapping[str, object]] | None] = ContextVar("noted", default=None)


class ErrorResponse(Response):
    """What an error is answered with, which remembers the error."""

    def __init__(self, error: FootnoteError, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(body, error.status, headers, media_type="application/json")
        self.error = error


def begin() -> None:
    """Nothing is noted of the request that comes."""
    _noted.set([])


def add_log_fields(**fields: object) -> None:
    """Have the line of the present request tell this, too. What several note is a list, in order."""
    if (noted := _noted.get()) is not None:
        noted.append(fields)


def write(function: str, request: Request, route: str, response: Response, seconds: float) -> None:
    """What happened, and of an error which and why; never what a reader or a document said."""
    fields = {"function": function, "method": request.method, "route": route}
    told = {"status": response.status_code, "ms": round(seconds * 1000, 1), **_reason(response)}
    level = logging.WARNING if response.status_code >= 500 else logging.INFO
    log.log(level, "request", extra={"fields": {**fields, **told, **_together(_noted.get() or [])}})


def _reason(response: Response) -> dict[str, str]:
    if not isinstance(response, ErrorResponse):
        return {}
    return {"error": response.error.type, "reason": response.error.message[:BODY_LIMIT]}


def _together(noted: list[Mapping[str, object]]) -> dict[str, object]:
    if len(noted) == 1:
        return dict(noted[0])
    return {name: [one.get(name) for one in noted] for one in noted for name in one}
