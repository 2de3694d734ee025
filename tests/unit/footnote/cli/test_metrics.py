from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from math import inf
from pathlib import Path

import pytest

from footnote.cli.commands.status import Status, sentences
from footnote.cli.metrics import (
    LAG_BUCKETS,
    DeadLetterCount,
    IndexingLag,
    dead_letter_count,
    indexing_lag,
    lag_of,
)
from footnote.events import object_changed_event, to_http
from footnote.events.deadletters import DeadLetters
from footnote.settings import Settings
from tests.processes import System
from tests.stub import Reply, Request, Stub


def metrics(_: Request) -> Reply:
    """Of two changes, both searchable within half a second."""
    counts = "".join(f'{LAG_BUCKETS}{{le="{seconds}"}} 2.0\n' for seconds in ("0.5", "+Inf"))
    return Reply(body=f"# TYPE footnote_ingest_lag_seconds histogram\n{counts}")


@pytest.fixture
def url() -> Iterator[str]:
    with Stub(metrics) as stub:
        yield stub.url


def test_the_lag_is_read_from_a_configured_ingest(url: str) -> None:
    assert indexing_lag(Settings(ingest_url=url)) == IndexingLag(2, 0.5, 0.5)


def test_an_ingest_at_its_default_address_is_not_asked(url: str) -> None:
    by_default = Settings.model_construct(_fields_set=set(), ingest_url=url)
    assert indexing_lag(by_default) is None


def test_the_lag_is_computed_from_histogram_buckets() -> None:
    assert lag_of({0.1: 2, 0.5: 5, 1.0: 8, inf: 8}) == IndexingLag(8, 0.5, 1.0)
    assert lag_of({0.1: 0, 0.5: 0, inf: 3}) == IndexingLag(3, inf, inf)


def test_no_lag_without_changes() -> None:
    assert lag_of({}) is None
    assert lag_of({0.1: 0, inf: 0}) is None


def test_dead_letters_in_the_state_folder_are_counted(tmp_path: Path) -> None:
    kept = DeadLetters(tmp_path / "dead-letters", timedelta(days=1))
    for key in ("a.pdf", "b.pdf"):
        kept.keep(object_changed_event("s3://docs", key))
    assert dead_letter_count(Settings(state=tmp_path)) == DeadLetterCount(2)


def test_dead_letters_elsewhere_are_counted_by_the_sink(tmp_path: Path) -> None:
    with ExitStack() as stack:
        keeper = System(tmp_path, stack).start("deadletters")
        headers, body = to_http(object_changed_event("s3://docs", "a.pdf"))
        assert keeper.post("/", body, headers).status == 204
        elsewhere = Settings(state=tmp_path / "a-pod's", dead_letters_url=keeper.url)
        assert dead_letter_count(elsewhere) == DeadLetterCount(1, keeper.url)


def test_the_status_names_the_dead_letter_sink(tmp_path: Path) -> None:
    unreachable = Settings(state=tmp_path, dead_letters_url="http://127.0.0.1:9/")
    assert dead_letter_count(unreachable) == DeadLetterCount(None, "http://127.0.0.1:9")
    assert list(sentences(Status([], dead_letters=dead_letter_count(unreachable)))) == [
        "The number of dead letters is unknown: http://127.0.0.1:9 does not return it."
    ]
    (said,) = sentences(Status([], dead_letters=DeadLetterCount(3, "http://keeper")))
    assert said == "Dead letters: 3, kept by http://keeper; `footnote replay --list` there shows why."
    (said,) = sentences(Status([], dead_letters=DeadLetterCount(3)))
    assert said == "Dead letters: 3; `footnote replay --list` shows why."
    assert not list(sentences(Status([], dead_letters=DeadLetterCount(0, "http://keeper"))))
