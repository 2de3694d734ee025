import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2 as httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from footnote import http
from footnote.errors import InvalidRequest, Misconfigured, Unavailable
from footnote.events import CloudEvent, object_changed, parse, to_http
from footnote.serving import Function
from footnote.sink import Sink
from functions.ingest import metrics
from functions.ingest.receiver import Receiver
from tests.unit.footnote.test_notifications import TEST_EVENT, aws
from tests.unit.functions.ingest.world import World

PNG = b"\x89PNG\r\n\x1a\n"


class Broker:
    """A real server that takes events, or answers with `status`."""

    def __init__(self) -> None:
        self.events: list[CloudEvent] = []
        self.status = 202
        broker = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                broker.events += parse(dict(self.headers.items()), body)
                self.send_response(broker.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def broker() -> Iterator[Broker]:
    broker = Broker()
    yield broker
    broker.server.shutdown()
    broker.server.server_close()


class Ingest:
    """The function over a world whose ports can be made to fail."""

    def __init__(self, folder: Path, sink: Sink | None = None) -> None:
        self.failing: dict[str, Exception] = {}
        self.world = World(folder, self.step)
        self.receiver = Receiver(self.world.reconciler(), sink)
        routes = [
            Route("/", self.receiver.events, methods=["POST"]),
            Route("/notifications", self.receiver.notifications, methods=["POST"]),
        ]
        function = Function("ingest", routes, self.receiver.ready, finishes=True)
        app = Starlette(routes=[Route("/{path:path}", function.__call__, methods=["GET", "POST"])])
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ingest")

    async def step(self, name: str) -> None:
        if name in self.failing:
            raise self.failing[name]

    async def send(self, *keys: str) -> httpx.Response:
        """An event about one object, or a batch about several."""
        events = [object_changed("s3://docs", key) for key in keys]
        headers, body = to_http(events[0])
        if len(events) > 1:
            headers = {"content-type": "application/cloudevents-batch+json"}
            body = json.dumps([_structured(event) for event in events]).encode()
        return await self.client.post("/", headers=headers, content=body)

    async def notify(self, notification: Any) -> httpx.Response:
        return await self.client.post("/notifications", json=notification)

    async def close(self) -> None:
        await self.client.aclose()
        await self.world.store.close()


def _structured(event: CloudEvent) -> dict[str, Any]:
    return {name: event[name] for name in event} | {"data": event.get_data()}


@pytest.fixture
async def ingest(tmp_path: Path) -> AsyncIterator[Ingest]:
    ingest = Ingest(tmp_path)
    yield ingest
    await ingest.close()


@pytest.fixture
async def wired(tmp_path: Path, broker: Broker) -> AsyncIterator[Ingest]:
    """Bound to a sink."""
    ingest = Ingest(tmp_path, Sink(broker.url))
    yield ingest
    await http.close()
    await ingest.close()


def reply(response: httpx.Response) -> CloudEvent:
    (event,) = parse(response.headers, response.content)
    return event


async def test_an_event_is_answered_with_what_became_of_the_document(ingest: Ingest) -> None:
    ingest.world.shelf.put("a b/日本.md", "Text.")
    response = await ingest.send("a b/日本.md")
    event = reply(response)
    assert response.status_code == 200
    assert event["type"] == "dev.footnote.document.indexed.v1"
    assert event["subject"] == "a b/日本.md"
    assert event.get_data()["uri"] == "s3://docs/a b/日本.md"
    assert event.get_data()["chunks"] == 1


async def test_a_redelivered_event_is_answered_under_the_same_id(ingest: Ingest) -> None:
    ingest.world.shelf.put("a.md", "Text.")
    headers, body = to_http(object_changed("s3://docs", "a.md"))
    first, second = [
        reply(await ingest.client.post("/", headers=headers, content=body)) for _ in range(2)
    ]
    assert first["id"] == second["id"]
    assert second["type"] == "dev.footnote.document.unchanged.v1"


async def test_what_a_comparison_found_is_counted(ingest: Ingest) -> None:
    def counted() -> float:
        return metrics.DRIFT.labels("leftovers")._value.get()

    before = counted()
    headers, body = to_http(object_changed("s3://docs", "a.md", "leftovers"))
    assert (await ingest.client.post("/", headers=headers, content=body)).status_code == 200
    assert counted() == before + 1


@pytest.mark.parametrize(
    ("outcome", "content", "failure"),
    [
        ("indexed", "Text.", None),
        ("failed", PNG, None),
        ("postponed", "Text.", Unavailable("embed is down")),
        ("refused", "Text.", InvalidRequest("no")),
    ],
)
async def test_every_event_is_counted_by_what_came_of_it(
    ingest: Ingest, outcome: str, content: str | bytes, failure: Exception | None
) -> None:
    def counted() -> float:
        return sum(
            sample.value
            for metric in metrics.OUTCOMES.collect()
            for sample in metric.samples
            if sample.name.endswith("_total")
        )

    before, all_before = metrics.OUTCOMES.labels(outcome)._value.get(), counted()
    ingest.world.shelf.put("a", content)
    if failure:
        ingest.failing["embed"] = failure
    await ingest.send("a")
    assert metrics.OUTCOMES.labels(outcome)._value.get() == before + 1
    assert counted() == all_before + 1


async def test_an_event_that_is_none_is_counted_as_refused(ingest: Ingest) -> None:
    before = metrics.OUTCOMES.labels("refused")._value.get()
    headers, body = to_http(object_changed("s3://other", "a"))
    await ingest.client.post("/", headers=headers, content=body)
    await ingest.client.post("/", content=b"{}")
    assert metrics.OUTCOMES.labels("refused")._value.get() == before + 2


async def test_the_lag_counts_from_the_change_and_not_from_a_comparison(ingest: Ingest) -> None:
    def lag() -> float:
        return metrics.LAG_SECONDS._sum.get()

    ingest.world.shelf.put("a", "Text.")
    ingest.world.shelf.put("b", "Text.")
    before = lag()
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert (await ingest.notify({"Records": [aws("a", eventTime=hour_ago)]})).status_code == 204
    assert 3600 <= lag() - before < 3900
    before = lag()
    drifted = object_changed("s3://docs", "b", "drift")
    drifted["time"] = hour_ago
    headers, body = to_http(drifted)
    assert (await ingest.client.post("/", headers=headers, content=body)).status_code == 200
    assert lag() == before


async def test_of_both_readings_of_a_key_the_bucket_decides(ingest: Ingest) -> None:
    ingest.world.shelf.put("a b.md", "Text.")
    event = CloudEvent({"type": "com.amazonaws.s3.x", "source": "/s"}, {"Records": [aws("a+b.md")]})
    headers, body = to_http(event)
    answered = reply(await ingest.client.post("/", headers=headers, content=body))
    assert (answered["type"], answered["subject"]) == ("dev.footnote.document.indexed.v1", "a b.md")


async def test_an_event_about_nothing_is_answered_with_nothing(ingest: Ingest) -> None:
    headers, body = to_http(
        CloudEvent({"type": "com.amazonaws.s3.TestEvent", "source": "/s"}, TEST_EVENT)
    )
    response = await ingest.client.post("/", headers=headers, content=body)
    assert (response.status_code, response.content) == (204, b"")


async def test_a_batch_is_worked_off_whole(ingest: Ingest) -> None:
    for key in "abc":
        ingest.world.shelf.put(key, f"Text {key}.")
    assert (await ingest.send("a", "b", "c")).status_code == 200
    assert [await ingest.world.text(key) for key in "abc"] == ["Text a.", "Text b.", "Text c."]


async def test_an_unreadable_object_is_refused_for_good_and_the_others_are_not(ingest: Ingest) -> None:
    ingest.world.shelf.put("a", PNG)
    ingest.world.shelf.put("b", "Text.")
    response = await ingest.send("a", "b")
    assert response.status_code == 422
    assert response.json()["error"]["type"] == "unreadable"
    assert "PNG picture" in response.json()["error"]["message"]
    assert await ingest.world.text("b") == "Text."


async def test_what_may_pass_is_to_be_tried_again_though_something_else_will_not(ingest: Ingest) -> None:
    ingest.world.shelf.put("a", PNG)
    ingest.world.shelf.put("b", "Text.")
    ingest.failing["embed"] = Unavailable("embed is down", retry_after=3)
    response = await ingest.send("a", "b")
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
    headers, body = to_http(object_changed("s3://other", "a"))
    response = await ingest.client.post("/", headers=headers, content=body)
    assert response.status_code == 422
    assert "about s3://other, but this ingest follows s3://docs" in response.text


async def test_what_is_no_event_is_refused(ingest: Ingest) -> None:
    assert (await ingest.client.post("/", content=b"{}")).status_code == 422
    assert (await ingest.client.post("/notifications", content=b"{")).status_code == 422
    assert (await ingest.notify({"hello": 1})).status_code == 422


async def test_a_notification_is_handled_here_when_there_is_no_sink(ingest: Ingest) -> None:
    ingest.world.shelf.put("a b", "Text.")
    ingest.world.shelf.put("c", PNG)
    response = await ingest.notify({"Records": [aws("a+b"), aws("c"), aws("folder/")]})
    assert (response.status_code, response.content) == (204, b"")
    assert await ingest.world.text("a b") == "Text."
    assert (await ingest.world.manifest("c")).state == "failed"


async def test_a_notification_is_answered_with_503_while_a_record_cannot_be_handled(
    ingest: Ingest,
) -> None:
    ingest.world.shelf.put("a", "Text.")
    ingest.failing["embed"] = Unavailable("embed is down")
    assert (await ingest.notify({"Records": [aws("a")]})).status_code == 503
    ingest.failing.clear()
    assert (await ingest.notify({"Records": [aws("a")]})).status_code == 204
    assert await ingest.world.text("a") == "Text."


async def test_a_test_event_is_accepted(ingest: Ingest) -> None:
    assert (await ingest.notify(TEST_EVENT)).status_code == 204


async def test_a_notification_goes_to_the_sink_record_by_record(wired: Ingest, broker: Broker) -> None:
    response = await wired.notify({"Records": [aws("a+b"), aws("c", "ObjectRemoved:Delete")]})
    assert response.status_code == 204
    assert [event["subject"] for event in broker.events] == ["a+b", "c"]
    assert [event["type"] for event in broker.events] == [
        "com.amazonaws.s3.ObjectCreated:Put",
        "com.amazonaws.s3.ObjectRemoved:Delete",
    ]
    assert [found async for found in wired.world.store.manifests()] == []


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_a_sink_that_takes_nothing_makes_the_sender_try_again(
    wired: Ingest, broker: Broker, status: int
) -> None:
    broker.status = status
    assert (await wired.notify({"Records": [aws("a")]})).status_code == 503


async def test_a_sink_that_is_away_makes_the_sender_try_again(tmp_path: Path) -> None:
    ingest = Ingest(tmp_path, Sink("http://127.0.0.1:9"))
    assert (await ingest.notify({"Records": [aws("a")]})).status_code == 503
    await http.close()
    await ingest.close()


async def test_what_is_no_notification_ends_among_the_dead_letters(
    wired: Ingest, broker: Broker
) -> None:
    """It goes through the broker, which keeps what ingest refuses, with the reason."""
    for _ in range(2):
        response = await wired.client.post("/notifications", content=b'{"hello": "w\xc3\xb6rld"}')
        assert response.status_code == 422
    first, second = broker.events
    assert first["id"] == second["id"]
    assert first.get_data()["body"] == '{"hello": "wörld"}'
    headers, body = to_http(first)
    refused = await wired.client.post("/", headers=headers, content=body)
    assert (refused.status_code, refused.json()) == (422, response.json())


async def test_the_sink_hears_of_a_failed_document(wired: Ingest, broker: Broker) -> None:
    wired.world.shelf.put("a", PNG)
    assert (await wired.send("a")).status_code == 422
    (event,) = broker.events
    assert (event["type"], event["subject"]) == ("dev.footnote.document.failed.v1", "a")
    assert "PNG picture" in event.get_data()["reason"]


async def test_ready_when_the_index_is(ingest: Ingest) -> None:
    assert (await ingest.client.get("/health")).status_code == 200
