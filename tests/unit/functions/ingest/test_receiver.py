import asyncio
import gzip
from dataclasses import replace
from typing import Any

import pytest

from footnote.drift import detect_drift
from footnote.errors import InvalidRequest, Misconfigured, Unavailable, UnusableKey
from footnote.events import CloudEvent, object_changed_event, to_http
from footnote.store import document_id
from tests.logs import Log
from tests.unit.footnote.events.storage_events import TEST_EVENT, aws
from tests.unit.functions.ingest.receiving import Ingest, reply
from tests.unit.functions.ingest.world import LONG

PNG = b"\x89PNG\r\n\x1a\n"


async def test_the_reply_says_what_happened_to_the_document(ingest: Ingest) -> None:
    ingest.world.bucket.put("a b/日本.md", "Text.")
    response = await ingest.send("a b/日本.md")
    event = reply(response)
    assert response.status_code == 200
    assert event["type"] == "dev.footnote.document.indexed.v1"
    assert event["subject"] == "a b/日本.md"
    data: Any = event.get_data()
    assert (data["uri"], data["chunks"]) == ("s3://docs/a b/日本.md", 1)


async def test_leftovers_that_drift_detection_found_are_removed(ingest: Ingest) -> None:
    world = ingest.world
    world.bucket.put("a.md", LONG)
    ingest.failing["store.commit"] = ConnectionError("killed")
    await ingest.send("a.md")
    ingest.failing.clear()
    world.bucket.delete("a.md")
    assert (await detect_drift(world.bucket, world.store)).differences == {"a.md": "leftovers"}
    headers, body = to_http(object_changed_event("s3://docs", "a.md", "leftovers"))
    assert (await ingest.client.post("/", headers=headers, content=body)).status_code == 200
    assert (await detect_drift(world.bucket, world.store)).differences == {}


async def test_a_document_that_lost_chunks_is_read_again(ingest: Ingest) -> None:
    ingest.world.bucket.put("a.md", "Text.")
    await ingest.send("a.md")
    before = await ingest.world.manifest("a.md")
    headers, body = to_http(object_changed_event("s3://docs", "a.md", "lost"))
    assert (await ingest.client.post("/", headers=headers, content=body)).status_code == 200
    after = await ingest.world.manifest("a.md")
    assert after.version != before.version
    assert after.chunks == before.chunks


async def test_a_retried_failure_is_no_second_dead_letter(ingest: Ingest) -> None:
    again = to_http(object_changed_event("s3://docs", "a.md", "failed"))
    ingest.world.bucket.put("a.md", PNG)
    assert (await ingest.send("a.md")).status_code == 422
    response = await ingest.client.post("/", headers=again[0], content=again[1])
    event = reply(response)
    assert (response.status_code, event["type"]) == (200, "dev.footnote.document.failed.v1")
    data: Any = event.get_data()
    assert data["reason"]


@pytest.mark.parametrize(
    ("outcome", "failure", "error"),
    [
        ("indexed", None, {}),
        ("postponed", Unavailable("embed is down"), {"error": "unavailable", "reason": "embed is down"}),
        ("refused", InvalidRequest("no"), {"error": "invalid_request", "reason": "no"}),
    ],
)
async def test_the_log_has_the_outcome_of_an_event(
    log: Log,
    ingest: Ingest,
    outcome: str,
    failure: Exception | None,
    error: dict[str, str],
) -> None:
    ingest.world.bucket.put("a.md", "The text is secret.")
    if failure:
        ingest.failing["embed"] = failure
    event = object_changed_event("s3://docs", "a.md")
    headers, body = to_http(event)
    await ingest.client.post("/", headers=headers, content=body)
    await asyncio.sleep(0)  # in which it is written
    (line,) = log.lines("request")
    told = {"event": event["id"], "key": "a.md", "outcome": outcome, **error}
    assert told.items() <= line.items()
    assert ("reason" in line) == bool(error)


async def test_the_log_has_the_outcome_of_each_event(log: Log, ingest: Ingest) -> None:
    ingest.world.bucket.put("a.md", "Text.")
    await ingest.send("a.md", "b.md")
    await asyncio.sleep(0)  # in which it is written
    (line,) = log.lines("request")
    outcomes = dict(zip(line["key"], line["outcome"], strict=True))
    assert outcomes == {"a.md": "indexed", "b.md": "unchanged"}


async def test_the_bucket_decides_between_two_readings_of_a_key(ingest: Ingest) -> None:
    ingest.world.bucket.put("a b.md", "Text.")
    event = CloudEvent({"type": "com.amazonaws.s3.x", "source": "/s"}, {"Records": [aws("a+b.md")]})
    headers, body = to_http(event)
    answered = reply(await ingest.client.post("/", headers=headers, content=body))
    assert (answered["type"], answered["subject"]) == ("dev.footnote.document.indexed.v1", "a b.md")


async def test_an_event_about_no_object_has_an_empty_reply(ingest: Ingest) -> None:
    headers, body = to_http(
        CloudEvent({"type": "com.amazonaws.s3.TestEvent", "source": "/s"}, TEST_EVENT)
    )
    response = await ingest.client.post("/", headers=headers, content=body)
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("order", [1, -1])
async def test_the_reply_to_a_batch_is_about_what_was_indexed(ingest: Ingest, order: int) -> None:
    for key in ("gone", "same"):
        ingest.world.bucket.put(key, "Text.")
        await ingest.send(key)
    ingest.world.bucket.delete("gone")
    ingest.world.bucket.put("new", "Text.")
    answered = reply(await ingest.send(*["gone", "new", "same"][::order]))
    assert (answered["type"], answered["subject"]) == ("dev.footnote.document.indexed.v1", "new")


async def test_every_event_of_a_batch_is_processed(ingest: Ingest) -> None:
    for key in "abc":
        ingest.world.bucket.put(key, f"Text {key}.")
    assert (await ingest.send("a", "b", "c")).status_code == 200
    assert [await ingest.world.text(key) for key in "abc"] == ["Text a.", "Text b.", "Text c."]


async def test_an_unreadable_object_is_refused_permanently_and_the_others_are_indexed(
    ingest: Ingest,
) -> None:
    ingest.world.bucket.put("a", PNG)
    ingest.world.bucket.put("b", "Text.")
    response = await ingest.send("a", "b")
    assert response.status_code == 422
    assert response.json()["error"]["type"] == "unreadable"
    assert "PNG image" in response.json()["error"]["message"]
    assert await ingest.world.text("b") == "Text."


async def test_an_unusable_key_is_refused_permanently(ingest: Ingest) -> None:
    ingest.failing["bucket.head"] = UnusableKey("The key 'a//b' has an empty segment; rename it.")
    response = await ingest.send("a//b")
    assert response.status_code == 422
    assert response.json()["error"]["type"] == "unusable_key"
    assert [found async for found in ingest.world.store.manifests()] == []


@pytest.mark.parametrize("order", [1, -1])
async def test_a_retryable_error_outweighs_a_permanent_one(ingest: Ingest, order: int) -> None:
    ingest.world.bucket.put("a", PNG)
    ingest.world.bucket.put("b", "Text.")
    ingest.failing["embed"] = Unavailable("embed is down", retry_after=3)
    objects = [("s3://docs", "a"), ("s3://others", "x"), ("s3://docs", "b")]
    response = await ingest.send_batch(object_changed_event(*each) for each in objects[::order])
    assert (response.status_code, response.headers["retry-after"]) == (503, "3")
    assert (await ingest.world.manifest("a")).state == "failed"


@pytest.mark.parametrize(
    ("error", "status"),
    [(Misconfigured("no access"), 500), (InvalidRequest("no"), 422), (ValueError("a bug"), 500)],
)
async def test_other_failures_keep_their_status(ingest: Ingest, error: Exception, status: int) -> None:
    ingest.failing["bucket.head"] = error
    response = await ingest.send("a")
    assert response.status_code == status
    assert len(response.content) <= 512


async def test_another_buckets_event_is_refused(ingest: Ingest) -> None:
    headers, body = to_http(object_changed_event("s3://other", "a"))
    response = await ingest.client.post("/", headers=headers, content=body)
    assert response.status_code == 422
    assert "about s3://other, but this ingest follows s3://docs" in response.text


async def test_a_former_buckets_document_is_removed(ingest: Ingest) -> None:
    world = ingest.world
    world.bucket.put("a.md", "Text.")
    await ingest.send("a.md")
    former = replace(await world.manifest("a.md"), id=document_id("s3://x/a.md"), uri="s3://x/a.md")
    await world.store.commit(replace(former, revision="", sequence=1))
    about = to_http(object_changed_event("s3://x", "a.md", "drift"))
    assert (await ingest.client.post("/", headers=about[0], content=about[1])).status_code == 422
    world.bucket.former = frozenset({"s3://x"})
    replied = reply(await ingest.client.post("/", headers=about[0], content=about[1]))
    assert replied["type"] == "dev.footnote.document.deleted.v1"
    gone = await world.store.manifest(former.id)
    assert gone is not None
    assert (gone.state, gone.chunks) == ("deleted", 0)
    assert "Text." in await world.text("a.md")


async def test_a_folder_of_the_bucket_is_no_former_bucket(ingest: Ingest) -> None:
    ingest.world.bucket.put("x/a.md", "Text.")
    await ingest.send("x/a.md")
    ingest.world.bucket.former = frozenset({"s3://docs/x"})
    headers, body = to_http(object_changed_event("s3://docs/x", "a.md", "drift"))
    assert (await ingest.client.post("/", headers=headers, content=body)).status_code == 422
    assert "Text." in await ingest.world.text("x/a.md")


async def test_a_refused_event_of_a_batch_does_not_stop_the_others(ingest: Ingest) -> None:
    ingest.world.bucket.put("a.md", "Text.")
    objects = [("s3://others", "x.md"), ("s3://docs", "a.md")]
    response = await ingest.send_batch(object_changed_event(*each) for each in objects)
    assert response.status_code == 422
    assert "Text." in await ingest.world.text("a.md")


async def test_a_body_that_is_no_event_is_refused(ingest: Ingest) -> None:
    assert (await ingest.client.post("/", content=b"{}")).status_code == 422
    assert (await ingest.client.post("/notifications", content=b"{")).status_code == 422
    assert (await ingest.notify({"hello": 1})).status_code == 422


async def test_event_data_in_another_encoding_is_refused_with_the_right_one(ingest: Ingest) -> None:
    headers, _ = to_http(object_changed_event("s3://docs", "é.md"))
    body = '{"bucket": "s3://docs", "key": "é.md"}'
    refused = await ingest.client.post("/", headers=headers, content=body.encode("latin-1"))
    assert refused.status_code == 422
    assert refused.json()["error"]["message"] == "The event's data must be JSON in UTF-8."
    marked = await ingest.client.post("/", headers=headers, content=body.encode("utf-8-sig"))
    assert marked.status_code == 200


async def test_a_compressed_event_is_refused(ingest: Ingest) -> None:
    headers, body = to_http(object_changed_event("s3://docs", "a"))
    headers["content-encoding"] = "gzip"
    refused = await ingest.client.post("/", headers=headers, content=gzip.compress(body))
    assert refused.status_code == 422
    assert "Content-Encoding gzip" in refused.text


async def test_ingest_is_ready_when_the_store_is(ingest: Ingest) -> None:
    assert (await ingest.client.get("/health")).status_code == 200
