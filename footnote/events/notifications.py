"""What S3 servers and EventBridge post when an object changes, and the CloudEvents made of it."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from footnote.errors import UnknownEvent
from footnote.events import CloudEvent, make_event, notification_refused_event

Model = TypeVar("Model", bound=BaseModel)


class Named(BaseModel):
    name: str


class Keyed(BaseModel):
    key: str


class S3Object(BaseModel):
    """Part of a record, and the detail of an EventBridge event."""

    bucket: Named
    object: Keyed


class S3Record(BaseModel):
    s3: S3Object
    eventName: str = "ObjectCreated"  # noqa: N815
    eventSource: str = "aws:s3"  # noqa: N815
    awsRegion: str = ""  # noqa: N815
    eventTime: str = ""  # noqa: N815


def from_notification(payload: Any, bucket: str) -> list[CloudEvent]:
    """An event for each record that was posted; none for a test event.

    The same record, posted again, gives an event with the same id. Of several records one that is none
    is an event that says so, to `bucket`. Raises UnknownEvent.
    """
    payload = _unwrapped(payload)
    if is_test(payload):
        return []
    if (records := records_of(payload)) is not None:
        return [_s3_event(record, bucket, alone=len(records) == 1) for record in records]
    if detail := detail_of("", payload):
        key = valid(S3Object, detail).object.key
        about = {"id": _digest(payload), **_time(payload.get("time"))}
        # In a header a space is encoded, which not every broker undoes before it compares types.
        type = f"com.amazonaws.s3.{payload['detail-type'].replace(' ', '')}"
        return [make_event(type, "aws.s3", key, payload, **about)]
    raise UnknownEvent(
        "The body is no S3 notification: it has neither Records nor EventBridge's detail."
    )


def is_test(payload: Any) -> bool:
    return isinstance(payload, dict) and payload.get("Event") == "s3:TestEvent"


def records_of(payload: Any) -> list[Any] | None:
    """The records of a notification, of one without its envelope, or of an array of records."""
    if isinstance(payload, dict):
        payload = payload.get("Records", [payload] if "s3" in payload else None)
    return payload if isinstance(payload, list) else None


def detail_of(type: str, payload: Any) -> Any:
    """The detail of an EventBridge event, which may be all that a rule passed on."""
    if not isinstance(payload, dict):
        return None
    if str(payload.get("detail-type", "")).startswith("Object "):
        return payload.get("detail")
    return payload if type.startswith("Object ") else None


def valid(model: type[Model], data: Any) -> Model:
    """`data` as `model`. Raises UnknownEvent naming every field that is wrong."""
    if isinstance(data, bytes):  # as an event's stay where they are no JSON
        raise UnknownEvent("The event's data must be JSON in UTF-8.")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = (
            f"{'.'.join(map(str, problem['loc'])) or 'data'}: {problem['msg']}"
            for problem in error.errors()
        )
        raise UnknownEvent(f"The storage event is incomplete: {'; '.join(problems)}.") from None


def _unwrapped(payload: Any) -> Any:
    """What a topic of SNS passed on, where it is that."""
    if isinstance(payload, dict) and payload.get("Type") == "Notification":
        with suppress(TypeError, ValueError):
            return json.loads(payload["Message"])
    return payload


def _s3_event(record: Any, bucket: str, *, alone: bool) -> CloudEvent:
    """As CloudEvents' adapter for S3 has it, but for the id, which several records could share there."""
    try:
        found = valid(S3Record, record)
    except UnknownEvent as error:
        if alone:
            raise
        return notification_refused_event(bucket, json.dumps(record).encode(), error.message)
    return make_event(
        f"com.amazonaws.s3.{found.eventName.removeprefix('s3:')}",
        f"{found.eventSource}.{found.awsRegion}.{found.s3.bucket.name}",
        found.s3.object.key,
        {"Records": [record]},
        id=_digest(record),
        **_time(found.eventTime),
    )


def _time(written: object) -> dict[str, str]:
    """When the object changed, not when we heard of it."""
    return {"time": written} if isinstance(written, str) and written else {}


def _digest(payload: Any) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:32]
