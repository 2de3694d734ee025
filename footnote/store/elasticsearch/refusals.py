"""What Elasticsearch refuses, and whether the same may succeed later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from footnote.errors import FootnoteError, Unavailable

UNSAID = "it does not say why"


class Refused(FootnoteError):
    """Elasticsearch cannot do this, now or later."""


def passing(status: int) -> bool:
    """Whether the same request may succeed later: overload, or credentials being exchanged."""
    return status in (401, 403, 408, 429) or status >= 500


def reason(error: Any) -> str:
    """What an error in a response says, or what caused it."""
    if not isinstance(error, Mapping):
        return str(error)
    return reason(error.get("reason") or error.get("caused_by") or error.get("type") or UNSAID)


def refusal(status: int, why: str) -> Unavailable | Refused:
    """The error that a status is."""
    if passing(status):
        return Unavailable(f"Elasticsearch cannot answer now: {why}.")
    return Refused(f"Elasticsearch answered {status}: {why}.")


def explained(body: bytearray) -> str:
    """What the body of a response says of its error."""
    try:
        return reason(from_json(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace").strip() or UNSAID
