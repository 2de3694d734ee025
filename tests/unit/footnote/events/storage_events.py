"""Storage events as services post them and brokers deliver them."""

from __future__ import annotations

from typing import Any

from footnote.events import CloudEvent

GOOGLE = "google.cloud.storage.object.v1."
GOOGLE_SOURCE = "//storage.googleapis.com/projects/_/buckets/docs"
EVENTBRIDGE = {
    "version": "0",
    "id": "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    "source": "aws.s3",
    "account": "111122223333",
    "time": "2026-11-12T00:00:00Z",
    "region": "ca-central-1",
    "resources": ["arn:aws:s3:::docs"],
    "detail": {
        "version": "0",
        "bucket": {"name": "docs"},
        "object": {"key": "a b+c.md", "size": 5, "etag": "b1946ac9", "sequencer": "617f08299329d189"},
        "request-id": "N4N7GDK58NMKJ12R",
        "reason": "PutObject",
    },
}
TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "docs", "RequestId": "5582815E"}


def aws(key: str, event: str = "ObjectCreated:Put", **more: Any) -> dict[str, Any]:
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-west-2",
        "eventTime": "2026-11-23T10:00:00.000Z",
        "eventName": event,
        "userIdentity": {"principalId": "AIDAJDPLRKLG7UEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "testConfigRule",
            "bucket": {
                "name": "docs",
                "ownerIdentity": {"principalId": "A3"},
                "arn": "arn:aws:s3:::docs",
            },
            "object": {"key": key, "size": 1024, "eTag": "d41d8c", "sequencer": "0055AED6DCD90281E5"},
        },
    } | more


def versitygw(key: str) -> dict[str, Any]:
    return aws(key, "s3:ObjectCreated:Put", eventVersion="2.2", responseElements={}) | {
        "glacierEventData": {"restoreEventData": {"lifecycleRestorationExpiryTime": ""}}
    }


def event(type: str, source: str = "/s", subject: str | None = None, data: Any = None) -> CloudEvent:
    attributes = {"type": type, "source": source} | ({"subject": subject} if subject else {})
    return CloudEvent(attributes, data)


def azure(subject: str, type: str = "Microsoft.Storage.BlobCreated") -> CloudEvent:
    account = "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acme"
    data = {"api": "PutBlob", "url": "https://acme.blob.core.windows.net/docs/a.md", "contentLength": 5}
    return event(type, account, subject, data)
