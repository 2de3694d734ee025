from __future__ import annotations

import base64
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from footnote.events import object_changed_event
from footnote.events.deadletters import DeadLetters, failure_reason
from footnote.serving import Function
from functions.deadletters.sink import DeadLetterSink

EVENT = {
    "ce-specversion": "1.0",
    "ce-id": "1",
    "ce-type": "dev.footnote.object.changed.v1",
    "ce-source": "s3://documents",
    "ce-subject": "a.pdf",
    "ce-time": "2026-01-02T03:04:05Z",
    "ce-knativeerrorcode": "422",
    "ce-knativeerrordata": base64.b64encode(b"a.pdf is encrypted.").decode(),
    "content-type": "application/json",
}


async def ready() -> None:
    return


@pytest.fixture
def letters(tmp_path: Path) -> DeadLetters:
    return DeadLetters(tmp_path / "dead-letters", timedelta(days=1))


@pytest.fixture
def client(letters: DeadLetters) -> TestClient:
    keeper = DeadLetterSink(letters)
    function = Function("deadletters", [Route("/", keeper, methods=["POST"])], ready)
    return TestClient(Starlette(routes=[Route("/{path:path}", function.__call__, methods=["POST"])]))


def test_an_event_is_stored_with_the_reason(client: TestClient, letters: DeadLetters) -> None:
    assert client.post("/", headers=EVENT, content=b"{}").status_code == 204
    (kept,) = map(letters.read, letters)
    assert kept["subject"] == "a.pdf"
    assert failure_reason(kept) == "a.pdf is encrypted."


def test_a_redelivered_event_is_stored_once(client: TestClient, letters: DeadLetters) -> None:
    for _ in range(2):
        client.post("/", headers=EVENT, content=b"{}")
    assert len(list(letters)) == 1


def test_a_new_process_prunes_expired_letters_with_its_first_event(
    client: TestClient, letters: DeadLetters
) -> None:
    old = DeadLetters(letters.folder, letters.age).keep(object_changed_event("s3://docs", "a.pdf"))
    two_days_ago = time.time() - 2 * 86_400
    os.utime(old, (two_days_ago, two_days_ago))
    client.post("/", headers=EVENT, content=b"{}")
    assert old not in set(letters)
    assert len(list(letters)) == 1


def test_a_body_that_is_no_event_is_refused(client: TestClient, letters: DeadLetters) -> None:
    response = client.post("/", content=b"hello")
    assert response.status_code == 422
    assert not list(letters)
