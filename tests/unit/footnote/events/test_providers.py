"""Storage events in the documented format of every provider, with every kind of key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from footnote.events import CloudEvent, object_changed_event, parse, to_http, to_json
from footnote.events.changes import ObjectChanged, object_changes
from footnote.events.notifications import from_notification
from tests.unit.footnote.events.storage_events import (
    EVENTBRIDGE,
    GOOGLE,
    GOOGLE_SOURCE,
    aws,
    azure,
    event,
    versitygw,
)

BUCKET = "s3://docs"

Provider = Callable[[str], list[CloudEvent]]

KEYS = [
    "plain.md",
    "a folder/with spaces.md",
    "one+one=two.md",
    "100% sure.md",
    "a%20b.md",
    "%2Fslash.md",
    "日本語/文書.md",
    "Größe & Übermut?.md",
    "שלום/مرحبا.txt",
    "🙂.md",
    'quotes "and" \\ slashes.md',
    "trailing space .md",
    "a#b;c,d(e)[f]{g}~h'i.md",
]
DELETED = {
    "detail-type": "Object Deleted",
    "detail": {
        "version": "0",
        "bucket": {"name": "docs"},
        "object": {
            "key": "KEY",
            "etag": "d41d8cd98f00b204",
            "version-id": "1QW9g1Z99LUNbvaaYVpW9xDlOLU",
        },
        "reason": "DeleteObject",
        "deletion-type": "Delete Marker Created",
    },
}


def eventbridge(key: str, kind: str) -> dict[str, Any]:
    shaped = json.loads(json.dumps(EVENTBRIDGE | (DELETED if kind == "Object Deleted" else {})))
    shaped["detail"]["object"]["key"] = key
    return dict(shaped)


def posted(notification: Any) -> list[CloudEvent]:
    return from_notification(json.loads(json.dumps(notification)), BUCKET)


def marked(key: str) -> dict[str, Any]:
    return aws(quote_plus(key, safe="/"), "ObjectRemoved:DeleteMarkerCreated", eventSource="aws:s3")


def google(key: str, kind: str = "finalized") -> list[CloudEvent]:
    data = {"kind": "storage#object", "bucket": "docs", "name": key, "contentType": "text/markdown"}
    return [event(GOOGLE + kind, GOOGLE_SOURCE, f"objects/{key}", data)]


def adapter(key: str) -> list[CloudEvent]:
    encoded = quote_plus(key, safe="/")
    return [event("com.amazonaws.s3.ObjectCreated:Put", "aws:s3.us-west-2.docs", encoded, aws(encoded))]


def ceph(key: str) -> list[CloudEvent]:
    record = aws(key, "ObjectCreated:Put", eventSource="ceph:s3")
    return [event("com.amazonaws.ObjectCreated:Put", "ceph:s3.zonegroup.docs", key, record)]


PROVIDERS: dict[str, tuple[str, Provider]] = {
    "AWS notification": ("s3", lambda key: posted({"Records": [aws(quote_plus(key, safe="/"))]})),
    "AWS delete marker": ("s3", lambda key: posted({"Records": [marked(key)]})),
    "versitygw": ("s3", lambda key: posted({"Records": [versitygw(key)]})),
    "S3 adapter": ("s3", adapter),
    "Ceph": ("s3", ceph),
    "EventBridge rule": ("s3", lambda key: posted(eventbridge(key, "Object Created"))),
    "EventBridge delete marker": ("s3", lambda key: posted(eventbridge(key, "Object Deleted"))),
    "Google": ("gs", google),
    "Google deleted": ("gs", lambda key: google(key, "deleted")),
    "Google metadata": ("gs", lambda key: google(key, "metadataUpdated")),
    "Azure": ("az", lambda key: [azure(f"/blobServices/default/containers/docs/blobs/{key}")]),
    "Azure encoded": (
        "az",
        lambda key: [azure(f"/blobServices/default/containers/docs/blobs/{quote(key)}")],
    ),
    "our own": ("s3", lambda key: [object_changed_event("s3://docs", key)]),
}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("key", KEYS)
def test_every_format_gives_the_key_among_its_readings(provider: str, key: str) -> None:
    store, shaped = PROVIDERS[provider]
    for found in shaped(key):
        batch = f"[{to_json(found).decode()}]".encode()
        for headers, body in (
            to_http(found),
            ({"content-type": "application/cloudevents+json"}, to_json(found)),
            ({"content-type": "application/cloudevents-batch+json"}, batch),
        ):
            (received,) = parse(headers, body)
            changes = object_changes(received)
            assert ObjectChanged(store, "docs", key) in changes
            assert len(changes) <= 2


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_folders_placeholder_names_no_object(provider: str) -> None:
    _, shaped = PROVIDERS[provider]
    assert [object_changes(found) for found in shaped("a folder/sub/")] == [[]]


def test_many_records_of_many_kinds_in_one_notification() -> None:
    records = [aws(quote_plus(key, safe="/")) for key in KEYS] + [marked("gone.md"), versitygw("raw.md")]
    changes = [object_changes(found) for found in posted({"Records": records})]
    assert len(changes) == len(KEYS) + 2
    for key, readings in zip([*KEYS, "gone.md", "raw.md"], changes, strict=True):
        assert key in [change.key for change in readings]
