"""The objects that a storage event is about, for the event formats of all providers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, unquote_plus

from footnote.errors import UnknownEvent
from footnote.events import NOTIFICATION_REFUSED, OBJECT_CHANGED, CloudEvent, Why
from footnote.events.notifications import (
    EventData,
    S3Object,
    S3Record,
    eventbridge_detail,
    is_test_event,
    s3_records,
    validated,
)

GOOGLE = re.compile(r"google\.cloud\.storage\.object\.v1\.(finalized|deleted|archived|metadataUpdated)")
AZURE = re.compile(r"Microsoft\.Storage\.Blob(Created|Deleted)")
AZURE_SUBJECT = re.compile(
    r"/?blobServices/default/containers/(?P<bucket>[^/]+)/blobs/(?P<key>.+)", re.S
)
S3_SOURCE = re.compile(r"[^.]+\.[^.]*\.(?P<bucket>.+)")


@dataclass(frozen=True, slots=True)
class ObjectChanged:
    """A hint that an object changed; only the bucket says whether it was written or removed."""

    store: str
    """Kind of the bucket: `file`, `s3`, `gs` or `az`."""
    bucket: str
    key: str
    why: Why = ""


class ObjectChangedData(EventData):
    bucket: str
    key: str
    why: Why = ""


class NotificationRefusedData(EventData):
    reason: str


class GoogleData(EventData):
    bucket: str
    name: str


def object_changes(event: CloudEvent) -> list[ObjectChanged]:
    """The objects that changed according to the event; none for a test event or a folder's placeholder.

    A key that may or may not be URL-encoded gives both readings, and the bucket decides.
    Raises UnknownEvent.
    """
    changes = dict.fromkeys(_changes(event))
    for change in changes:
        if not _is_text(change.key):
            raise UnknownEvent(f"The storage event has no valid key: {change.key!a}.")
    return [change for change in changes if not change.key.endswith("/")]


def _changes(event: CloudEvent) -> Iterator[ObjectChanged]:
    type, data = str(event["type"]), event.get_data()
    if type == OBJECT_CHANGED:
        yield _object_changed(data)
    elif type == NOTIFICATION_REFUSED:
        raise UnknownEvent(validated(NotificationRefusedData, data).reason)
    elif GOOGLE.fullmatch(type):
        yield from _google(event, data)
    elif AZURE.fullmatch(type):
        yield from _azure(event)
    elif is_test_event(data):
        return
    elif (records := s3_records(data)) is not None:
        for record in records:
            yield from _s3(validated(S3Record, record).s3)
    elif detail := eventbridge_detail(type, data):
        found = validated(S3Object, detail)
        yield ObjectChanged("s3", found.bucket.name, found.object.key)
    elif type.startswith("com.amazonaws."):
        yield from _s3_attributes(event)
    else:
        raise UnknownEvent(f"Events of type {type} are not supported storage events.")


def _object_changed(data: Any) -> ObjectChanged:
    own = validated(ObjectChangedData, data)
    store, _, bucket = own.bucket.partition("://")
    return ObjectChanged(store, bucket, own.key, own.why)


def _google(event: CloudEvent, data: Any) -> Iterator[ObjectChanged]:
    if isinstance(data, dict):
        found = validated(GoogleData, data)
        yield ObjectChanged("gs", found.bucket, found.name)
        return
    # The data may be protobuf; the attributes hold the same.
    bucket = str(event["source"]).rpartition("/buckets/")[2]
    prefix, _, key = str(event.get("subject") or "").partition("/")
    if prefix != "objects" or not key:
        raise UnknownEvent("A Google Cloud Storage event needs a subject such as objects/KEY.")
    yield from _readings("gs", bucket, key, unquote)


def _azure(event: CloudEvent) -> Iterator[ObjectChanged]:
    subject = AZURE_SUBJECT.fullmatch(str(event.get("subject") or ""))
    if subject is None:
        raise UnknownEvent(
            "An Azure event needs a subject such as /blobServices/default/containers/NAME/blobs/KEY."
        )
    yield from _readings("az", subject["bucket"], subject["key"], unquote)


def _s3(found: S3Object) -> Iterator[ObjectChanged]:
    yield from _readings("s3", found.bucket.name, found.object.key, unquote_plus)


def _s3_attributes(event: CloudEvent) -> Iterator[ObjectChanged]:
    source, key = S3_SOURCE.fullmatch(str(event["source"])), event.get("subject")
    if source is None or not key:
        raise UnknownEvent(
            "An S3 event needs Records, or a subject KEY and a source aws:s3.REGION.BUCKET."
        )
    yield from _readings("s3", source["bucket"], str(key), unquote_plus)


def _readings(store: str, bucket: str, key: str, decode: Callable[..., str]) -> Iterator[ObjectChanged]:
    """The key as it is and URL-decoded, since some servers encode it and others do not."""
    yield ObjectChanged(store, bucket, key)
    try:
        yield ObjectChanged(store, bucket, decode(key, errors="strict"))
    except UnicodeDecodeError:
        return


def _is_text(key: str) -> bool:
    try:
        return bool(key.encode())
    except UnicodeEncodeError:
        return False
