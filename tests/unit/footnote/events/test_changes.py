from typing import Any

import pytest

from footnote.errors import UnknownEvent
from footnote.events import CloudEvent, object_changed_event
from footnote.events.changes import ObjectChanged, object_changes
from tests.unit.footnote.events.storage_events import (
    EVENTBRIDGE,
    GOOGLE,
    GOOGLE_SOURCE,
    TEST_EVENT,
    aws,
    azure,
    event,
)


@pytest.mark.parametrize("kind", ["finalized", "deleted", "archived", "metadataUpdated"])
def test_google(kind: str) -> None:
    data = {"bucket": "docs", "name": "a%20b c.md", "generation": "1587627537231057", "size": "352"}
    changed = event(GOOGLE + kind, GOOGLE_SOURCE, "objects/a%20b c.md", data)
    assert object_changes(changed) == [ObjectChanged("gs", "docs", "a%20b c.md")]


def test_google_with_data_in_protobuf() -> None:
    changed = event(GOOGLE + "finalized", GOOGLE_SOURCE, "objects/folder/a%20b.md", b"\x0a\x04docs")
    keys = ["folder/a%20b.md", "folder/a b.md"]
    assert object_changes(changed) == [ObjectChanged("gs", "docs", key) for key in keys]


@pytest.mark.parametrize("kind", ["BlobCreated", "BlobDeleted"])
@pytest.mark.parametrize("slash", ["/", ""])
def test_azure(kind: str, slash: str) -> None:
    subject = f"{slash}blobServices/default/containers/docs/blobs/folder/a+b.md"
    changed = azure(subject, f"Microsoft.Storage.{kind}")
    assert object_changes(changed) == [ObjectChanged("az", "docs", "folder/a+b.md")]


def test_azure_with_an_encoded_key() -> None:
    changed = azure("/blobServices/default/containers/docs/blobs/folder%2Fa%20b.md")
    assert [change.key for change in object_changes(changed)] == ["folder%2Fa%20b.md", "folder/a b.md"]


@pytest.mark.parametrize(
    "type", ["com.amazonaws.s3.ObjectCreated:Put", "com.amazonaws.ObjectRemoved:Delete"]
)
@pytest.mark.parametrize("data", [{"Records": [aws("a.md")]}, aws("a.md"), None])
def test_s3_as_a_cloudevent(type: str, data: Any) -> None:
    changed = event(type, "ceph:s3.default.docs", "a.md", data)
    assert object_changes(changed) == [ObjectChanged("s3", "docs", "a.md")]


def test_s3_through_a_queue_whose_source_names_the_type() -> None:
    changed = event("dev.knative.connector.event.aws-sqs", data={"Records": [aws("a.md"), aws("b.md")]})
    assert [change.key for change in object_changes(changed)] == ["a.md", "b.md"]


@pytest.mark.parametrize(
    ("type", "data"),
    [
        ("Object Created", EVENTBRIDGE["detail"]),
        ("Object Deleted", EVENTBRIDGE),
        ("anything", EVENTBRIDGE),
    ],
)
def test_eventbridge(type: str, data: Any) -> None:
    assert object_changes(event(type, "aws.s3", data=data)) == [ObjectChanged("s3", "docs", "a b+c.md")]


def test_footnotes_own_event() -> None:
    changed = object_changed_event("file:///data/my docs", "a%20b.md")
    assert object_changes(changed) == [ObjectChanged("file", "/data/my docs", "a%20b.md")]
    noticed = object_changed_event("file:///data/my docs", "a%20b.md", "drift")
    assert object_changes(noticed) == [ObjectChanged("file", "/data/my docs", "a%20b.md", "drift")]


@pytest.mark.parametrize(
    "changed",
    [
        event("com.amazonaws.s3.TestEvent", data=TEST_EVENT),
        event("com.amazonaws.s3.ObjectCreated:Put", data={"Records": [aws("folder/")]}),
        event(GOOGLE + "finalized", data={"bucket": "docs", "name": "folder/"}),
        azure("/blobServices/default/containers/docs/blobs/folder/"),
    ],
)
def test_test_events_and_placeholders_name_no_objects(changed: CloudEvent) -> None:
    assert object_changes(changed) == []


@pytest.mark.parametrize(
    ("unknown", "sentence"),
    [
        (event("com.example.other"), "com.example.other are not supported"),
        (event("dev.footnote.document.indexed.v1", data={"key": "a"}), "are not supported"),
        (event(GOOGLE + "renamed", data={"bucket": "docs", "name": "a"}), "are not supported"),
        (event("Microsoft.Storage.BlobTierChanged"), "are not supported"),
        (event(GOOGLE + "finalized", data={"bucket": "docs"}), "name: Field required"),
        (event(GOOGLE + "finalized", GOOGLE_SOURCE), "needs a subject such as objects/KEY"),
        (event(GOOGLE + "finalized", GOOGLE_SOURCE, "a/b.md"), "needs a subject such as objects/KEY"),
        (azure("containers/docs"), "needs a subject such as /blobServices"),
        (event("com.amazonaws.s3.ObjectCreated:Put", subject="a"), "needs Records, or a subject"),
        (event("dev.footnote.object.changed.v1", data="x"), "incomplete"),
        (object_changed_event("s3://docs", ""), "no valid key"),
        (object_changed_event("s3://docs", "\ud800"), "no valid key"),
    ],
)
def test_an_unknown_event_is_refused_with_the_reason(unknown: CloudEvent, sentence: str) -> None:
    with pytest.raises(UnknownEvent, match=sentence):
        object_changes(unknown)
