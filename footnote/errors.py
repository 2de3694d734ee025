"""The one error tree.

Each class says which HTTP status it becomes and whether the caller may send the same request again.
Knative redelivers an event on 5xx, 404, 408, 409 and 429; any other 4xx goes to the dead letters. So a
permanent failure is a 422 and a passing one is a 503 or a 429, and both fit in 512 bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import ClassVar

BODY_LIMIT = 512


class FootnoteError(Exception):
    """Something went wrong inside Footnote itself."""

    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after
        self.headers = headers or {}

    def __str__(self) -> str:
        return self.message

    @property
    def type(self) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.__class__.__name__).lower()

    def body(self, **details: str | None) -> bytes:
        """The error and `details` of it as JSON, at most BODY_LIMIT bytes: a longer message is cut."""
        error = {"type": self.type, "message": self.message, **details}
        while len(body := json.dumps({"error": error}, ensure_ascii=False).encode()) > BODY_LIMIT:
            message = str(error["message"])
            error["message"] = message[: len(message) * 3 // 4].rstrip() + "…"
        return body


class Misconfigured(FootnoteError):
    """A setting is missing or wrong; the process cannot start."""


class InvalidRequest(FootnoteError):
    """The request does not follow the contract."""

    status = 422


class NotFound(FootnoteError):
    status = 404


class Forbidden(FootnoteError):
    """Who asks is known, or need not be; what is asked is not for them."""

    status = 403


class AlreadyThere(FootnoteError):
    """Something of this name is there, and nobody said that it may be replaced."""

    status = 409


class MethodNotAllowed(FootnoteError):
    status = 405


class RequestTimeout(FootnoteError):
    """The body stopped coming; the same request may come whole later. It ends the connection."""

    status = 408
    retryable = True

    def __init__(self, message: str) -> None:
        super().__init__(message, headers={"connection": "close"})


class RequestTooLarge(FootnoteError):
    status = 413


class Unauthenticated(FootnoteError):
    status = 401


class UnusableKey(InvalidRequest):
    """A key under which a bucket cannot be asked for an object, whether it has one or not."""


class UnknownEvent(InvalidRequest):
    """An event whose type or shape no source of ours sends."""


class Unreadable(InvalidRequest):
    """An object whose text cannot be had, now or later: broken, encrypted, too large, not text."""


class FingerprintMismatch(InvalidRequest):
    """A vector of one embedding model was offered to an index of another."""


class RateLimited(FootnoteError):
    status = 429
    retryable = True


class Unavailable(FootnoteError):
    """A dependency is down or overloaded; the same request may work later."""

    status = 503
    retryable = True

    def __init__(self, message: str, *, retry_after: float | None = 1) -> None:
        super().__init__(message, retry_after=retry_after)


class DeadlinePassed(Unavailable):
    """The time that the caller gave is over; no dependency is to blame."""


class Declined(Unavailable):
    """A dependency that works would not do this one thing; others it may."""


class Conflict(Unavailable):
    """Somebody else changed the manifest first; look at the bucket again."""

    staged = ""
    """The version under which chunks were staged before."""


def error_message(body: bytes, longest: int = 200) -> str:
    """What an error's body says; of any other body the beginning, as text of at most `longest` bytes."""
    try:
        return _said(body, "message")
    except (ValueError, KeyError, TypeError):
        return body[:longest].decode(errors="replace").strip()


def error_type(body: bytes) -> str:
    """Which error a body is of, empty where it is of none."""
    try:
        return _said(body, "type")
    except (ValueError, KeyError, TypeError):
        return ""


def _said(body: bytes, field: str) -> str:
    return str(json.loads(body)["error"][field])


def retry_after_seconds(headers: Mapping[str, str], unsaid: float) -> float:
    """What an error's Retry-After says, in seconds; `unsaid` where there is none, or a date."""
    value = headers.get("retry-after", "")
    return float(value) if value.isdigit() else unsaid
