"""Error responses of Elasticsearch as exceptions: transient ones may be retried, others may not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from footnote.errors import FootnoteError, Unavailable

NO_REASON = "no reason given"
CLOSED = "index_closed_exception"
"""Type of the error of a request for an index that an operator closed, to restore it for instance."""
NO_SHARD = "no_shard_available_action_exception"
"""Type of the error of a request for a shard that is nowhere assigned. Its reason only names a node."""
BLOCKED = "cluster_block_exception"
"""Type of the error of a request that a block forbids. The blocks that an operator sets end in (api)."""
UNAUTHORIZED, TOO_LARGE = 401, 413


class RequestRejected(FootnoteError):
    """Elasticsearch rejected a request that would fail again."""


class BodyTooLarge(RequestRejected):
    """A request has more bytes than Elasticsearch, or a proxy before it, takes at once."""

    def __init__(self) -> None:
        super().__init__(
            "Elasticsearch, or a proxy before it, takes no request of this size: raise "
            "http.max_content_length, or the proxy's limit."
        )


def is_transient(status: int, error: Any = None) -> bool:
    """Whether the same request may succeed later.

    That is after overload, or once credentials were replaced or a closed index was opened.
    """
    return status in (401, 403, 408, 429) or status >= 500 or _root(error).get("type") == CLOSED


def error_for(status: int, error: Any) -> Unavailable | RequestRejected:
    """The exception for a response with this status and this `error` member."""
    why = reason(error)
    if status == TOO_LARGE:
        return BodyTooLarge()
    if status == UNAUTHORIZED:
        why += "; replace the secret file elasticsearch-api-key, or elasticsearch-password"
    if is_transient(status, error):
        return Unavailable(f"Elasticsearch cannot answer now: {why}.")
    return RequestRejected(f"Elasticsearch answered {status}: {why}.")


def reason(error: Any) -> str:
    """The reason in the `error` member of a response: that of its root cause, if it has one."""
    if not isinstance(error, Mapping):
        return str(error)
    root = _root(error)
    if root.get("type") == CLOSED:
        return f"the index {root.get('index')} is closed; open it"
    if root.get("type") == NO_SHARD:
        return "no shard is available; GET /_cluster/allocation/explain says why"
    if root.get("type") == BLOCKED and " (api)]" in (why := str(root.get("reason"))):
        return f"{why.rstrip(';')}; remove this block from its settings"
    return reason(root.get("reason") or root.get("caused_by") or root.get("type") or NO_REASON)


def error_in(body: bytearray) -> Any:
    """The `error` member in the body of a response; the start of the body if it is no such JSON."""
    try:
        return from_json(body)["error"]
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace").strip() or NO_REASON


def _root(error: Any) -> Mapping[str, Any]:
    """The first root cause of an error, or the error itself; empty if it is only text."""
    if not isinstance(error, Mapping):
        return {}
    causes = error.get("root_cause")
    return _root(causes[0]) if causes else error
