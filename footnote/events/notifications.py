"""Notifications that S3 servers and EventBridge post, and the CloudEvents made of them."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from footnote.errors import UnknownEvent
from footnote.events import CloudEvent, make_event, notification_refused_event

Model = TypeVar("Model", bound=BaseModel)


class EventData(BaseModel):
    """Part of an event's data. Its validator is built when it is first used."""

    model_config = ConfigDict(defer_build=True)


class BucketName(EventData):
    name: str


class ObjectKey(EventData):
    key: str


class S3Object(EventData):
    """Part of an S3 record, and the detail of an EventBridge event."""

    bucket: BucketName
    object: ObjectKey


class S3Record(EventData):
    s3: S3Object
    eventName: str = "ObjectCreated"  # noqa: N815
    eventSource: str = "aws:s3"  # noqa: N815
    awsRegion: str = ""  # noqa: N815
    eventTime: str = ""  # noqa: N815


def from_notification(payload: Any, bucket: str) -> list[CloudEvent]:
    """An event for each record in the notification; none for a test event.

    The same record, posted again, gives the same event id. An invalid record among others gives a
    `notification_refused_event` about `bucket`. Raises UnknownEvent for anything else.
    """
    payload = _unwrap_sns(payload)
    if is_test_event(payload):
        return []
    if (records := s3_records(payload)) is not None:
        return [_s3_event(record, bucket, alone=len(records) == 1) for record in records]
    if detail := eventbridge_detail("", payload):
        key = validated(S3Object, detail).object.key
        attributes = {"id": _digest(payload), **_time(payload.get("time"))}
        # A header encodes spaces, and not every broker decodes them before it compares types.
        type = f"com.amazonaws.s3.{payload['detail-type'].replace(' ', '')}"
        return [make_event(type, "aws.s3", key, payload, **attributes)]
    raise UnknownEvent(
        "The body is not an S3 notification: it has neither Records nor EventBridge's detail."
    )


def is_test_event(payload: Any) -> bool:
    return isinstance(payload, dict) and payload.get("Event") == "s3:TestEvent"


def s3_records(payload: Any) -> list[Any] | None:
    """The records of a notification, of an array, or of a single record; None for anything else."""
    if isinstance(payload, dict):
        payload = payload.get("Records", [payload] if "s3" in payload else None)
    return payload if isinstance(payload, list) else None


def eventbridge_detail(type: str, payload: Any) -> Any:
    """The detail of an EventBridge event, which may be all that a rule passes on."""
    if not isinstance(payload, dict):
        return None
    if str(payload.get("detail-type", "")).startswith("Object "):
        return payload.get("detail")
    return payload if type.startswith("Object ") else None


def validated(model: type[Model], data: Any) -> Model:
    """The data as a `model`. Raises UnknownEvent that names every wrong field."""
    if isinstance(data, bytes):  # the SDK leaves data that is not JSON as bytes
        raise UnknownEvent("The event's data must be JSON in UTF-8.")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = (
            f"{'.'.join(map(str, problem['loc'])) or 'data'}: {problem['msg']}"
            for problem in error.errors()
        )
        raise UnknownEvent(f"The storage event is incomplete: {'; '.join(problems)}.") from None


def _unwrap_sns(payload: Any) -> Any:
    """The message of an SNS notification, or the payload itself."""
    if isinstance(payload, dict) and payload.get("Type") == "Notification":
        with suppress(TypeError, ValueError):
            return json.loads(payload["Message"])
    return payload


def _s3_event(record: Any, bucket: str, *, alone: bool) -> CloudEvent:
    """The event that CloudEvents' adapter for S3 specifies, with an id that is unique to the record."""
    try:
        found = validated(S3Record, record)
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


def _time(value: object) -> dict[str, str]:
    """The time attribute: when the object changed, not when the notification came."""
    return {"time": value} if isinstance(value, str) and value else {}


def _digest(payload: Any) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:32]
