"""The local broker with a real receiver."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from footnote.events import QUESTION_ASKED, make_event, object_changed_event, to_http
from footnote.events.deadletters import DeadLetters, failure_reason
from footnote.local.broker import CONCURRENCY, Broker, Outcome
from footnote.local.ingress import serve_ingress
from footnote.local.listeners import listen, url_of
from tests.unit.footnote.local.receiver import Receiver


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def letters(tmp_path: Path) -> DeadLetters:
    return DeadLetters(tmp_path / "dead-letters", timedelta(days=1))


@pytest.fixture
async def broker(receiver: Receiver, letters: DeadLetters) -> AsyncIterator[Broker]:
    async with (
        receiver.listening() as sink,
        Broker.running("file:///bucket", sink, letters, receiver.outcomes.put_nowait) as broker,
    ):
        yield broker


async def test_each_object_gets_its_event(broker: Broker, receiver: Receiver) -> None:
    tasks = [broker.publish(key) for key in ("a", "b", "c")]
    assert [await task for task in tasks] == [Outcome(key, "accepted") for key in ("a", "b", "c")]
    assert sorted(receiver.keys) == ["a", "b", "c"]


async def test_a_refused_event_becomes_a_dead_letter(broker: Broker, letters: DeadLetters) -> None:
    assert await broker.publish("bad.pdf") == Outcome("bad.pdf", "failed", "It is encrypted.")
    (path,) = letters
    event = letters.read(path)
    assert event["knativeerrorcode"] == 422
    assert event["knativeerrordest"].startswith("http://127.0.0.1:")
    assert failure_reason(event) == "It is encrypted."
    assert event.get_data() == {"bucket": "file:///bucket", "key": "bad.pdf"}


async def test_a_dead_letter_that_cannot_be_kept_is_told(broker: Broker, letters: DeadLetters) -> None:
    letters.folder.touch()
    reason = "It is encrypted. No dead letter is kept: File exists."
    assert await broker.publish("bad.pdf") == Outcome("bad.pdf", "failed", reason)


async def test_changes_during_a_delivery_are_coalesced(broker: Broker, receiver: Receiver) -> None:
    receiver.gate.clear()
    first = broker.publish("a")
    await receiver.arrivals.get()
    assert {broker.publish("a") for _ in range(5)} == {first}
    receiver.gate.set()
    await first
    assert receiver.keys == ["a", "a"]


async def test_deliveries_are_bounded(broker: Broker, receiver: Receiver) -> None:
    receiver.gate.clear()
    tasks = [broker.publish(str(number)) for number in range(CONCURRENCY + 16)]
    for _ in range(CONCURRENCY):
        await receiver.arrivals.get()
    receiver.gate.set()
    await asyncio.gather(*tasks)
    assert receiver.most_concurrent == CONCURRENCY
    assert len(receiver.keys) == len(tasks)


async def test_a_change_after_the_last_delivery_is_an_event_of_its_own(
    broker: Broker, receiver: Receiver
) -> None:
    await broker.publish("a")
    await broker.publish("a")
    assert receiver.keys == ["a", "a"]


async def test_events_from_other_senders_are_forwarded_or_kept(
    broker: Broker, receiver: Receiver, letters: DeadLetters
) -> None:
    broker.forward(object_changed_event("s3://docs", "a"))
    broker.forward(make_event("bad.event", "/s", "b", {}))
    broker.forward(make_event("dev.footnote.document.failed.v1", "/s", "c", {}))
    outcomes = {await receiver.outcomes.get() for _ in range(2)}
    assert outcomes == {Outcome("a", "accepted"), Outcome("b", "failed", "It is encrypted.")}
    (path,) = letters
    event = letters.read(path)
    assert (event["type"], event["subject"], failure_reason(event)) == (
        "bad.event",
        "b",
        "It is encrypted.",
    )
    assert len(receiver.keys) == 2


async def test_the_ingress_accepts_events_and_keeps_other_bodies(
    broker: Broker, receiver: Receiver, letters: DeadLetters
) -> None:
    with listen(0) as listener:
        async with serve_ingress(listener, broker), ClientSession() as session:
            headers, body = to_http(object_changed_event("s3://docs", "a"))
            async with session.post(url_of(listener), headers=headers, data=body) as response:
                assert response.status == 202
            assert await receiver.arrivals.get() == "a"
            async with session.post(url_of(listener), data=b"hello") as response:
                assert response.status == 422
                assert "is not a CloudEvent" in await response.text()
            assert (await receiver.outcomes.get()).state == "accepted"
            assert (await receiver.outcomes.get()).state == "failed"
            headers, body = to_http(make_event(QUESTION_ASKED, "me", "q", {"query": "Why?"}))
            async with session.post(url_of(listener), headers=headers, data=body) as response:
                assert response.status == 422
                assert "Send questions to the function answer" in await response.text()
    (path,) = letters
    event = letters.read(path)
    assert event["knativeerrorcode"] == 422
    assert "is not a CloudEvent" in failure_reason(event)
    data: Any = event.get_data()
    assert data["body"] == "hello"
