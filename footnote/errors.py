"""The exception hierarchy.

Each class has the HTTP status of its response and says whether the same request may succeed later.
Knative redelivers an event on 5xx, 404, 408, 409 and 429; any other 4xx goes to the dead letters. So a
permanent failure is a 422 and a temporary one is a 503 or a 429, and both bodies fit in 512 bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import ClassVar

BODY_LIMIT = 512
"""Bytes."""


class FootnoteError(Exception):
    """An error inside Footnote itself, and the base of all others."""

    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    type: ClassVar[str] = "footnote_error"
    """The name of the class in snake case."""

    def __init_subclass__(cls) -> None:
        cls.type = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

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

    def body(self, **details: str | None) -> bytes:
        """The error and its `details` as JSON of at most BODY_LIMIT bytes; a longer message is cut."""
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
    """The caller is not allowed to do this, and identifying themselves would not help."""

    status = 403


class AlreadyThere(FootnoteError):
    """Something of this name exists, and the request does not say that it may be replaced."""

    status = 409


class MethodNotAllowed(FootnoteError):
    status = 405


class RequestTimeout(FootnoteError):
    """The body stopped arriving; the same request may succeed later. The connection is closed."""

    status = 408
    retryable = True

    def __init__(self, message: str) -> None:
        super().__init__(message, headers={"connection": "close"})


class RequestTooLarge(FootnoteError):
    status = 413


class Unauthenticated(FootnoteError):
    status = 401


class UnusableKey(InvalidRequest):
    """An object key that the bucket's API cannot address, whether the object exists or not."""


class UnknownEvent(InvalidRequest):
    """An event of a type or shape that no supported source sends."""


class Unreadable(InvalidRequest):
    """An object without readable text, now or later: broken, encrypted, too large, or not text."""


class FingerprintMismatch(InvalidRequest):
    """The vector of one embedding model was used with an index of another."""


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
    """The caller's deadline passed; no dependency has failed."""


class Declined(Unavailable):
    """A dependency answered that it cannot do this one thing; other requests may succeed."""


class Conflict(Unavailable):
    """Another writer changed the manifest, or the object changed; look at the bucket again."""

    staged = ""
    """The version under which chunks were staged before the conflict."""


def error_message(body: bytes, max_length: int = 200) -> str:
    """The message in an error's body, or the first `max_length` bytes of any other body, as text."""
    try:
        return _field(body, "message")
    except (ValueError, KeyError, TypeError):
        return body[:max_length].decode(errors="replace").strip()


def error_type(body: bytes) -> str:
    """The type in an error's body, or "" for any other body."""
    try:
        return _field(body, "type")
    except (ValueError, KeyError, TypeError):
        return ""


def _field(body: bytes, name: str) -> str:
    return str(json.loads(body)["error"][name])


def retry_after_seconds(headers: Mapping[str, str], default: float) -> float:
    """The seconds in Retry-After, or `default` when it is missing or a date."""
    value = headers.get("retry-after", "")
    return float(value) if value.isdigit() else default


_BY_STATUS: dict[int, type[FootnoteError]] = {
    403: Forbidden,
    404: NotFound,
    409: AlreadyThere,
    413: RequestTooLarge,
}
_BY_TYPE: dict[str, type[Unavailable]] = {
    DeadlinePassed.type: DeadlinePassed,
    Declined.type: Declined,
    FootnoteError.type: Declined,  # other requests may not meet it
}
"""By the `type` in the body: their statuses are those of an outage, which none of them is."""


def error_from_response(status: int, body: bytes, headers: Mapping[str, str]) -> FootnoteError:
    """The error that a function answered with."""
    message = error_message(body) or f"answered {status}"
    if by_status := _BY_STATUS.get(status):
        return by_status(message)
    if by_type := _BY_TYPE.get(error_type(body)):
        return by_type(message)
    wait = retry_after_seconds(headers, 1)
    if status == 429:
        return RateLimited(message, retry_after=wait)
    if status >= 500 or status == 408:
        return Unavailable(message, retry_after=wait)
    return InvalidRequest(message)
