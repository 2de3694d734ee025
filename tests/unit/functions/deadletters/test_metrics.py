from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from footnote.events import object_changed_event, to_http
from footnote.events.deadletters import DeadLetters
from functions.deadletters.metrics import DeadLetterCollector
from tests.processes import System

COUNT = "footnote_dead_letters"
OLDEST = "footnote_dead_letter_oldest_timestamp_seconds"
Told = Callable[[str], float | None]


@pytest.fixture
def letters(tmp_path: Path) -> DeadLetters:
    return DeadLetters(tmp_path / "dead-letters", timedelta(days=1))


@pytest.fixture
def told(letters: DeadLetters) -> Told:
    registry = CollectorRegistry()
    registry.register(DeadLetterCollector(letters))
    return registry.get_sample_value


def test_without_letters_the_count_is_zero_and_there_is_no_timestamp(told: Told) -> None:
    assert (told(COUNT), told(OLDEST)) == (0, None)


def test_count_and_oldest_timestamp_are_exposed(letters: DeadLetters, told: Told) -> None:
    for key, time in (("a.pdf", 2000), ("b.pdf", 1000), ("c.pdf", 3000)):
        os.utime(letters.keep(object_changed_event("s3://docs", key)), (time, time))
    assert (told(COUNT), told(OLDEST)) == (3, 1000)


def test_a_letter_removed_by_another_process_is_not_counted(letters: DeadLetters, told: Told) -> None:
    for key in ("a.pdf", "b.pdf"):
        letters.keep(object_changed_event("s3://docs", key))
    next(iter(letters)).unlink()
    assert told(COUNT) == 1


def test_the_metrics_are_scraped(tmp_path: Path) -> None:
    with ExitStack() as stack:
        keeper = System(tmp_path, stack).start("deadletters")
        headers, body = to_http(object_changed_event("s3://docs", "a.pdf"))
        assert keeper.post("/", body, headers).status == 204
        assert keeper.metrics()[COUNT] == 1
