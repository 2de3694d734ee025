"""Dead letters in a real folder."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from footnote.errors import InvalidRequest, NotFound
from footnote.events import make_event, notification_refused_event, object_changed_event
from footnote.events.deadletters import (
    ATTRIBUTES,
    DeadLetters,
    as_dead_letter,
    failure_reason,
    original_event,
)

BODY = '{"error": {"type": "unreadable", "message": "Es ist verschlüsselt."}}'.encode()


class Crowded(DeadLetters):
    """Counts its scans; has a clock that tests set."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, timedelta(minutes=30), clock=lambda: self.now)
        self.now = time.time()
        self.walks = 0

    def kept_at(self) -> dict[Path, float]:
        self.walks += 1
        return super().kept_at()


class Shared(DeadLetters):
    """Another process removes each letter that it lists."""

    def kept_at(self) -> dict[Path, float]:
        found = super().kept_at()
        for path in found:
            path.unlink()
        return dict.fromkeys(found, 0.0)


@pytest.fixture
def letters(tmp_path: Path) -> DeadLetters:
    return DeadLetters(tmp_path / "dead-letters", timedelta(minutes=30))


def test_a_kept_event_can_be_read(letters: DeadLetters) -> None:
    event = as_dead_letter(object_changed_event("s3://docs", "a/ä b.pdf"), "http://ingest/", 422, BODY)
    read = letters.read(letters.keep(event))
    assert read.get_attributes() == event.get_attributes()
    assert read.get_data() == event.get_data()
    assert failure_reason(read) == "Es ist verschlüsselt."


def test_the_same_event_is_kept_once(letters: DeadLetters) -> None:
    event = object_changed_event("s3://docs", "a.pdf")
    assert letters.keep(event) == letters.keep(event)
    letters.keep(object_changed_event("s3://docs", "a.pdf"))
    assert len(list(letters)) == 2


def test_an_event_that_got_its_time_on_arrival_is_kept_once(letters: DeadLetters) -> None:
    for minute in range(2):
        event = notification_refused_event("s3://docs", b"hello", "The body is no notification.")
        event["time"] = f"2026-01-02T03:0{minute}:05Z"
        letters.keep(event)
    assert len(list(letters)) == 1


def test_letters_are_listed_in_the_order_in_which_they_were_kept(letters: DeadLetters) -> None:
    kept = [letters.keep(object_changed_event("s3://docs", key)) for key in "abcdef"]
    for age, path in enumerate(kept):
        os.utime(path, (1_000 - age, 1_000 - age))
    assert list(letters) == kept[::-1]


def test_events_of_one_id_about_several_objects_are_kept_apart(letters: DeadLetters) -> None:
    for subject in ("a.pdf", "b.pdf", "a.pdf"):
        letters.keep(
            make_event("com.amazonaws.s3.ObjectRemoved:Delete", "aws:s3..docs", subject, {}, id="1")
        )
    assert sorted(str(letters.read(path)["subject"]) for path in letters) == ["a.pdf", "b.pdf"]


def test_a_long_reason_is_cut_as_knative_cuts_it(letters: DeadLetters) -> None:
    event = as_dead_letter(
        object_changed_event("s3://docs", "a.pdf"), "http://ingest/", 500, b"x" * 5000
    )
    assert len(event["knativeerrordata"]) == 1024
    assert failure_reason(event).startswith("xxx")
    event["knativeerrordata"] = event["knativeerrordata"][:1022]
    assert failure_reason(event).startswith("xxx")


def test_the_original_event_is_restored(letters: DeadLetters) -> None:
    event = object_changed_event("s3://docs", "a.pdf")
    before = dict(event.get_attributes())
    assert original_event(as_dead_letter(event, "http://ingest/", 422, BODY)).get_attributes() == before
    assert not set(ATTRIBUTES) & set(before)


def test_expired_letters_are_removed(letters: DeadLetters) -> None:
    old, new = (letters.keep(object_changed_event("s3://docs", key)) for key in ("old", "new"))
    os.utime(old, (time.time() - 3600, time.time() - 3600))
    letters.prune()
    assert list(letters) == [new]


def test_letters_are_pruned_at_first_and_then_every_hour(tmp_path: Path) -> None:
    letters = Crowded(tmp_path)
    for key in ("one", "two", "three"):
        letters.keep(object_changed_event("s3://docs", key))
    assert letters.walks == 1
    letters.now += 3600
    letters.keep(object_changed_event("s3://docs", "four"))
    letters.prune_if_due()
    assert letters.walks == 2


def test_a_letter_that_is_removed_concurrently_is_ignored(tmp_path: Path) -> None:
    letters = Shared(tmp_path, timedelta(minutes=30))
    letters.keep(object_changed_event("s3://docs", "a.pdf"))
    letters.keep(object_changed_event("s3://docs", "b.pdf"))
    letters.prune()
    assert not list(letters)


def test_a_letter_is_found_by_name_or_path(letters: DeadLetters) -> None:
    path = letters.keep(object_changed_event("s3://docs", "a.pdf"))
    assert letters.find(path.stem) == letters.find(str(path)) == path
    with pytest.raises(NotFound, match="no dead letter other; `footnote replay --list` lists"):
        letters.find("other")


def test_no_event_is_kept_outside_the_folder(letters: DeadLetters) -> None:
    event = object_changed_event("s3://docs", "../../elsewhere")
    event["id"] = event["source"] = event["time"] = "../../elsewhere"
    assert letters.keep(event).parent == letters.folder
    assert len(list(letters)) == 1


def test_a_file_without_an_event_is_refused(letters: DeadLetters, tmp_path: Path) -> None:
    path = tmp_path / "note.json"
    path.write_text("not json")
    with pytest.raises(InvalidRequest, match=r"note\.json is not a dead letter: "):
        letters.read(path)
