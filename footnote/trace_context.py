"""The trace context of the present request (W3C traceparent), which each call passes on."""

from __future__ import annotations

import contextvars
import re
import secrets
from collections.abc import Mapping

_traceparent: contextvars.ContextVar[str] = contextvars.ContextVar("traceparent", default="")
_VALID = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def enter(headers: Mapping[str, str]) -> None:
    """Continue the trace that the headers of an event or request name; without a valid one, none."""
    traceparent = headers.get("ce-traceparent") or headers.get("traceparent") or ""
    _traceparent.set(traceparent if _VALID.fullmatch(traceparent) else "")


def begin() -> None:
    """Begin a new trace, unless there is one already."""
    if not _traceparent.get():
        _traceparent.set(f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01")


def trace_id() -> str:
    """The trace id, 32 hex digits, or "" outside a trace."""
    traceparent = _traceparent.get()
    return traceparent.split("-")[1] if traceparent else ""


def headers() -> dict[str, str]:
    """Headers that pass the trace on to another function."""
    traceparent = _traceparent.get()
    return {"traceparent": traceparent} if traceparent else {}
