"""Error responses of Elasticsearch as exceptions: transient ones may be retried, others may not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from footnote.errors import FootnoteError, Unavailable

NO_REASON = "no reason given"


class RequestRejected(FootnoteError):
    """Elasticsearch rejected a request that would fail again."""


def is_transient(status: int) -> bool:
    """Whether the same request may succeed later: after overload, or once credentials were replaced."""
    return status in (401, 403, 408, 429) or status >= 500


def error_for(status: int, why: str) -> Unavailable | RequestRejected:
    """The exception for a response with this status."""
    if is_transient(status):
        return Unavailable(f"Elasticsearch cannot answer now: {why}.")
    return RequestRejected(f"Elasticsearch answered {status}: {why}.")


def reason(error: Any) -> str:
    """The reason in the `error` member of a response: that of its root cause, if it has one."""
    if not isinstance(error, Mapping):
        return str(error)
    if causes := error.get("root_cause"):
        return reason(causes[0])
    return reason(error.get("reason") or error.get("caused_by") or error.get("type") or NO_REASON)


def reason_in(body: bytearray) -> str:
    """The reason in the body of an error response; the start of the body if it is no such JSON."""
    try:
        return reason(from_json(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace").strip() or NO_REASON
