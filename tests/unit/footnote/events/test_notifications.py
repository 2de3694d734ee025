import json
from datetime import UTC, datetime
from typing import Any

import pytest

from footnote.errors import UnknownEvent
from footnote.events import parse, to_http
from footnote.events.changes import ObjectChanged, object_changes
from footnote.events.notifications import from_notification
from tests.unit.footnote.events.storage_events import EVENTBRIDGE, TEST_EVENT, aws, versitygw

BUCKET = "s3://docs"


def keys(notification: Any) -> list[list[str]]:
    """The keys of each event made of the notification, after encoding and parsing."""
    received = [parse(*to_http(event))[0] for event in from_notification(notification, BUCKET)]
    return [[change.key for change in object_changes(event)] for event in received]


def test_each_record_becomes_an_event() -> None:
    assert keys({"Records": [aws("a.md"), aws("b.md", "ObjectRemoved:Delete")]}) == [["a.md"], ["b.md"]]


def test_an_event_follows_the_cloudevents_adapter_for_s3() -> None:
    (event,) = from_notification({"Records": [aws("a+b.md")]}, BUCKET)
    assert event["type"] == "com.amazonaws.s3.ObjectCreated:Put"
    assert event["source"] == "aws:s3.us-west-2.docs"
    assert event["subject"] == "a+b.md"
    assert object_changes(event)[0] == ObjectChanged("s3", "docs", "a+b.md")


@pytest.mark.parametrize(
    ("key", "readings"),
    [
        ("plain/key.md", ["plain/key.md"]),
        ("a+b%281%29.md", ["a+b%281%29.md", "a b(1).md"]),
        ("%E6%97%A5%E6%9C%AC.md", ["%E6%97%A5%E6%9C%AC.md", "日本.md"]),
        ("日本 語.md", ["日本 語.md"]),
        ("100%25", ["100%25", "100%"]),
        ("bad%FFutf8", ["bad%FFutf8"]),
    ],
)
def test_an_ambiguous_key_is_read_both_ways(key: str, readings: list[str]) -> None:
    assert keys({"Records": [aws(key)]}) == [readings]


@pytest.mark.parametrize(
    "notification",
    [
        {"Records": [versitygw("a.md")]},
        [versitygw("a.md")],
        {"EventName": "s3:ObjectCreated:Put", "Key": "docs/a.md", "Records": [aws("a.md")]},
        {"Records": [aws("a.md", "s3:ObjectRemoved:DeleteMarkerCreated", eventSource="ceph:s3")]},
        {"Records": [{"s3": {"bucket": {"name": "docs"}, "object": {"key": "a.md"}}}]},
        aws("a.md"),
    ],
    ids=["versitygw", "versitygw 1.0", "minio", "ceph delete marker", "least", "no envelope"],
)
def test_every_server_is_understood(notification: Any) -> None:
    assert keys(notification) == [["a.md"]]


def test_a_key_of_eventbridge_is_not_encoded() -> None:
    assert keys(EVENTBRIDGE) == [["a b+c.md"]]


def test_event_types_have_no_spaces() -> None:
    (event,) = from_notification(EVENTBRIDGE, BUCKET)
    assert event["type"] == "com.amazonaws.s3.ObjectCreated"
    assert [change.key for change in object_changes(event)] == ["a b+c.md"]


def test_sns_notifications_are_unwrapped() -> None:
    passed_on = {"Type": "Notification", "Message": json.dumps({"Records": [aws("a.md")]})}
    assert keys(passed_on) == [["a.md"]]


def test_an_event_has_the_time_of_the_change() -> None:
    (event,) = from_notification({"Records": [aws("a.md")]}, BUCKET)
    assert event["time"] == "2026-11-23T10:00:00.000Z"
    (event,) = from_notification(EVENTBRIDGE, BUCKET)
    assert event["time"] == "2026-11-12T00:00:00Z"
    began = datetime.now(UTC)
    (event,) = from_notification({"Records": [aws("a.md", eventTime="")]}, BUCKET)
    assert datetime.fromisoformat(event["time"]) >= began


def test_the_same_record_has_the_same_id() -> None:
    notification = {"Records": [aws("a.md"), aws("b.md")]}
    first, second = from_notification(notification, BUCKET), from_notification(notification, BUCKET)
    assert [event["id"] for event in first] == [event["id"] for event in second]
    assert first[0]["id"] != first[1]["id"]


def test_a_folders_placeholder_changes_nothing() -> None:
    assert keys({"Records": [aws("folder/"), aws("a+folder%2F")]}) == [[], ["a+folder%2F"]]


@pytest.mark.parametrize("notification", [TEST_EVENT, {"Records": []}])
def test_a_test_event_makes_no_event(notification: Any) -> None:
    assert from_notification(notification, BUCKET) == []


@pytest.mark.parametrize(
    ("notification", "sentence"),
    [
        ({"hello": 1}, "neither Records nor"),
        ("text", "neither Records nor"),
        (
            {"Records": [{"s3": {"bucket": {}}}]},
            "s3.bucket.name: Field required; s3.object: Field required",
        ),
        ({"Records": ["x"]}, "incomplete"),
        (
            {"detail-type": "Object Created", "detail": {"bucket": {"name": "b"}}},
            "object: Field required",
        ),
    ],
)
def test_anything_else_is_refused_with_the_reason(notification: Any, sentence: str) -> None:
    with pytest.raises(UnknownEvent, match=sentence):
        from_notification(notification, BUCKET)
