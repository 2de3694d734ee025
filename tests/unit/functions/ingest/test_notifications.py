import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from footnote.calls import http
from footnote.errors import Unavailable, UnusableKey
from footnote.events import NOTIFICATION_REFUSED, to_http
from footnote.events.sink import Sink
from tests.unit.footnote.events.storage_events import TEST_EVENT, aws
from tests.unit.functions.ingest.receiving import Broker, Ingest

PNG = b"\x89PNG\r\n\x1a\n"


async def test_a_notification_is_processed_here_without_a_sink(ingest: Ingest) -> None:
    ingest.world.bucket.put("a b", "Text.")
    ingest.world.bucket.put("c", PNG)
    response = await ingest.notify({"Records": [aws("a+b"), aws("c"), aws("folder/")]})
    assert (response.status_code, response.content) == (204, b"")
    assert await ingest.world.text("a b") == "Text."
    assert (await ingest.world.manifest("c")).state == "failed"


async def test_a_notification_is_answered_with_503_while_a_record_cannot_be_processed(
    ingest: Ingest,
) -> None:
    ingest.world.bucket.put("a", "Text.")
    ingest.failing["embed"] = Unavailable("embed is down")
    assert (await ingest.notify({"Records": [aws("a")]})).status_code == 503
    ingest.failing.clear()
    assert (await ingest.notify({"Records": [aws("a")]})).status_code == 204
    assert await ingest.world.text("a") == "Text."


async def test_an_unusable_key_is_no_error_for_the_storage_server(ingest: Ingest) -> None:
    ingest.failing["bucket.head"] = UnusableKey("The key 'a//b' has an empty segment; rename it.")
    assert (await ingest.notify({"Records": [aws("a//b")]})).status_code == 204


async def test_a_test_event_is_accepted(ingest: Ingest) -> None:
    assert (await ingest.notify(TEST_EVENT)).status_code == 204


async def test_each_record_of_a_notification_goes_to_the_sink(wired: Ingest, broker: Broker) -> None:
    response = await wired.notify({"Records": [aws("a+b"), aws("c", "ObjectRemoved:Delete")]})
    assert response.status_code == 204
    assert [event["subject"] for event in broker.events] == ["a+b", "c"]
    assert [event["type"] for event in broker.events] == [
        "com.amazonaws.s3.ObjectCreated:Put",
        "com.amazonaws.s3.ObjectRemoved:Delete",
    ]
    assert [found async for found in wired.world.store.manifests()] == []


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_a_sink_that_refuses_makes_the_sender_retry(
    wired: Ingest, broker: Broker, status: int
) -> None:
    broker.status = status
    assert (await wired.notify({"Records": [aws("a")]})).status_code == 503


async def test_an_unreachable_sink_makes_the_sender_retry(tmp_path: Path) -> None:
    http.connection_pool().backoff = ()
    ingest = Ingest(tmp_path, Sink("http://127.0.0.1:9"))
    assert (await ingest.notify({"Records": [aws("a")]})).status_code == 503
    await http.close()
    await ingest.close()


async def test_a_body_that_is_no_notification_becomes_a_dead_letter(
    wired: Ingest, broker: Broker
) -> None:
    """It goes through the broker, which keeps what ingest refuses, with the reason."""
    for _ in range(2):
        response = await wired.client.post("/notifications", content=b'{"hello": "w\xc3\xb6rld"}')
        assert response.status_code == 422
    first, second = broker.events
    assert first["id"] == second["id"]
    data: Any = first.get_data()
    assert data["body"] == '{"hello": "wörld"}'
    headers, body = to_http(first)
    refused = await wired.client.post("/", headers=headers, content=body)
    assert (refused.status_code, refused.json()) == (422, response.json())


async def test_an_invalid_record_does_not_stop_the_others(wired: Ingest, broker: Broker) -> None:
    response = await wired.notify({"Records": [aws("a"), {"s3": {"bucket": {"name": "docs"}}}]})
    assert response.status_code == 204
    good, bad = broker.events
    assert (good["subject"], bad["type"]) == ("a", NOTIFICATION_REFUSED)
    headers, body = to_http(bad)
    refused = await wired.client.post("/", headers=headers, content=body)
    assert (refused.status_code, "s3.object: Field required" in refused.text) == (422, True)


async def test_a_key_that_cannot_be_encoded_is_no_notification(ingest: Ingest) -> None:
    content = b'{"Records":[{"s3":{"bucket":{"name":"docs"},"object":{"key":"a\\ud800"}}}]}'
    response = await ingest.client.post("/notifications", content=content)
    assert (response.status_code, response.json()["error"]["type"]) == (422, "unknown_event")


async def test_a_compressed_notification_becomes_a_dead_letter(wired: Ingest, broker: Broker) -> None:
    body = gzip.compress(json.dumps({"Records": [aws("a")]}).encode())
    headers = {"content-encoding": "gzip"}
    response = await wired.client.post("/notifications", headers=headers, content=body)
    assert response.status_code == 422
    data: Any = broker.events[0].get_data()
    assert data["reason"] == response.json()["error"]["message"]
    assert "Content-Encoding gzip" in data["reason"]


async def test_a_failed_document_is_reported_to_the_sink(wired: Ingest, broker: Broker) -> None:
    wired.world.bucket.put("a", PNG)
    assert (await wired.send("a")).status_code == 422
    (event,) = broker.events
    assert (event["type"], event["subject"]) == ("dev.footnote.document.failed.v1", "a")
    data: Any = event.get_data()
    assert "PNG image" in data["reason"]
