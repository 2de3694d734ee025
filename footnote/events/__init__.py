"""CloudEvents: parsing, creation and encoding. No other module uses the CloudEvents SDK."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Literal
from urllib.parse import quote, unquote

from cloudevents.conversion import to_binary, to_json
from cloudevents.exceptions import GenericException
from cloudevents.http import CloudEvent, from_http, from_json

from footnote import trace_context
from footnote.errors import InvalidRequest

__all__ = [
    "CloudEvent",
    "Why",
    "document_event",
    "make_event",
    "notification_refused_event",
    "object_changed_event",
    "parse",
    "parse_json",
    "to_http",
    "to_json",
]

Why = Literal["", "drift", "behind", "lost", "leftovers", "failed", "reread"]
"""How a change was noticed, if not by a storage event: the index differs from the bucket, a generation
lacks a document that another has, or lost chunks, a writer left chunks behind, or a failed document is
tried again.
`reread`: nothing changed, but the object is to be read again."""

QUESTION_ASKED = "dev.footnote.question.asked.v1"
OBJECT_CHANGED = "dev.footnote.object.changed.v1"
NOTIFICATION_REFUSED = "dev.footnote.notification.refused.v1"
REQUIRED_ATTRIBUTES = ("specversion", "id", "source", "type")
VERSIONS = ("1.0", "0.3")
KEPT_BODY_SIZE = 16_384
"""Bytes of a refused notification that its event keeps."""
BATCH_TYPE = "application/cloudevents-batch+json"
SAFE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')
"""Characters that a header may hold; others are percent-encoded (CloudEvents HTTP binding, 3.1.3.2)."""


def parse(headers: Mapping[str, str], body: bytes) -> list[CloudEvent]:
    """The event of a request in binary or structured mode, or the events of a batch.

    Raises InvalidRequest that names every wrong attribute.
    """
    headers = {name.lower(): value for name, value in headers.items()}
    if headers.get("content-type", "").startswith(BATCH_TYPE):
        return _batch(body)
    if "ce-specversion" in headers or "ce-type" in headers:
        attributes = {name: _decoded(value) for name, value in headers.items() if name.startswith("ce-")}
        _check({name.removeprefix("ce-"): value for name, value in attributes.items()})
        return [_build(lambda: from_http(headers | attributes, body))]
    return [_structured(_json(body))]


def make_event(type: str, source: str, subject: str, data: Any, **attributes: str) -> CloudEvent:
    """An event with JSON data, in the trace of the present request; it gets an id if none is given."""
    fixed = {"type": type, "source": quote(source, safe="/:"), "subject": subject}
    fixed |= {"datacontenttype": "application/json", **trace_context.headers(), **attributes}
    return CloudEvent(fixed, data)


def object_changed_event(bucket: str, key: str, why: Why = "") -> CloudEvent:
    """An event that says that an object of the bucket with the uri `bucket` may have changed."""
    data = {"bucket": bucket, "key": key}
    return make_event(OBJECT_CHANGED, bucket, key, data | {"why": why} if why else data)


def notification_refused_event(bucket: str, body: bytes, reason: str) -> CloudEvent:
    """An event about a body that is no valid notification. The same body gives the same id."""
    data = {"reason": reason, "body": body[:KEPT_BODY_SIZE].decode(errors="replace")}
    id = hashlib.sha256(body).hexdigest()[:32]
    return make_event(NOTIFICATION_REFUSED, bucket, "notification", data, id=id)


def document_event(cause: CloudEvent, bucket: str, document: Mapping[str, Any]) -> CloudEvent:
    """An event about the outcome for a document, which has at least `state`, `key` and `id`.

    The same cause, delivered again, gives the same event id.
    """
    type = f"dev.footnote.document.{document['state']}.v1"
    return make_event(
        type, bucket, document["key"], dict(document), id=f"{cause['id']}.{document['id']}"
    )


def to_http(event: CloudEvent) -> tuple[dict[str, str], bytes]:
    """Headers and body that carry the event in binary mode."""
    headers, body = to_binary(event)
    return {
        name: quote(_text(value), safe=SAFE + "/ " * (name == "content-type"))
        for name, value in headers.items()
    }, body


def _batch(body: bytes) -> list[CloudEvent]:
    batch = _json(body)
    if not isinstance(batch, list):
        raise InvalidRequest("The body of a batch of CloudEvents must be a JSON array.")
    return [_structured(item) for item in batch]


def _structured(event: Any) -> CloudEvent:
    if not isinstance(event, dict):
        raise InvalidRequest("The body must be a CloudEvent, which is a JSON object.")
    _check(event)
    return _build(lambda: from_json(json.dumps(event)))


def _build(build: Callable[[], Any]) -> CloudEvent:
    try:
        event: CloudEvent = build()
    except (GenericException, ValueError, TypeError, RecursionError) as error:
        raise InvalidRequest(f"This is not a valid CloudEvent: {error}.") from None
    return event


def _check(attributes: Mapping[str, Any]) -> None:
    problems = [
        f"{name} is missing" for name in REQUIRED_ATTRIBUTES if attributes.get(name) in (None, "")
    ]
    problems += [
        f"{name} must be a string"
        for name in (*REQUIRED_ATTRIBUTES, "subject", "time")
        if not isinstance(attributes.get(name, ""), str | None)
    ]
    if not problems and attributes["specversion"] not in VERSIONS:
        problems.append(f"specversion {attributes['specversion']!r} is not supported, use 1.0")
    if problems:
        raise InvalidRequest(f"This is not a valid CloudEvent: {'; '.join(problems)}.")


def parse_json(body: bytes) -> Any:
    """Raises ValueError for invalid JSON, and for text that cannot be encoded as UTF-8."""
    try:
        value = json.loads(body)
        json.dumps(value, ensure_ascii=False).encode()  # raises for a lone surrogate
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _json(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError:
        raise InvalidRequest(
            "The request is not a CloudEvent: it has no ce- headers, and its body is not JSON in UTF-8."
        ) from None


def _text(value: object) -> str:
    """The canonical string of an attribute, which may be a number or a boolean."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _decoded(value: str) -> str:
    """The text of a header: percent-encoded as the binding requires, or plain UTF-8 as many send it."""
    with suppress(UnicodeError):
        value = value.encode("latin-1").decode()
    return unquote(value)
