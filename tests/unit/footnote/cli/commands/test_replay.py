from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from footnote.cli.commands.replay import command
from footnote.cli.main import main
from footnote.events import object_changed_event
from footnote.events.deadletters import DeadLetters, as_dead_letter
from tests.unit.functions.ingest.receiving import Broker


def printed(state: Path, *arguments: str) -> str:
    result = CliRunner().invoke(command, [*arguments, "--state", str(state)])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("options", [[], ["--list"], ["--show"]])
def test_no_dead_letters_is_reported(tmp_path: Path, options: list[str]) -> None:
    assert printed(tmp_path, *options) == f"There are no dead letters in {tmp_path}/dead-letters.\n"


def test_list_prints_each_letter_with_its_reason(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path / "dead-letters", timedelta(days=1))
    event = object_changed_event("s3://docs", "a.pdf")
    kept = letters.keep(as_dead_letter(event, "http://ingest/", 422, b'{"error": {"message": "Torn."}}'))
    assert printed(tmp_path, "--list") == f"{kept.stem}\n    a.pdf: Torn.\n"


def test_control_characters_in_letters_are_replaced(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path / "dead-letters", timedelta(days=1))
    event = object_changed_event("s3://docs", "\x1b[2J")
    letters.keep(as_dead_letter(event, "http://ingest/", 422, b'{"error": {"message": "\\u0007."}}'))
    assert printed(tmp_path, "--list").endswith("\n    �[2J: �.\n")
    assert "subject:           �[2J\n" in printed(tmp_path, "--show")


def test_an_unreachable_destination_is_reported_at_once_and_letters_are_kept(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path / "dead-letters", timedelta(days=1))
    kept = letters.keep(object_changed_event("s3://docs", "a.pdf"))
    environ = {"FOOTNOTE_INGEST_URL": "http://127.0.0.1:9"}
    done = CliRunner().invoke(main, ["replay", "--state", str(tmp_path)], env=environ)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "footnote: Nothing answers at http://127.0.0.1:9: start Footnote with `make run` or "
        "`footnote up`, or set its address with FOOTNOTE_INGEST_URL.\n"
    )
    assert list(letters) == [kept]


@pytest.mark.parametrize(("status", "told"), [(202, "accepted"), (204, "done")])
def test_an_unreadable_letter_is_reported_and_the_others_are_sent(
    tmp_path: Path, status: int, told: str
) -> None:
    letters = DeadLetters(tmp_path / "dead-letters", timedelta(days=1))
    letters.keep(object_changed_event("s3://docs", "a.pdf"))
    torn = letters.folder / "0.json"
    torn.write_text("{")
    with Broker() as broker:
        broker.status = status
        environ = {"FOOTNOTE_INGEST_URL": broker.url}
        done = CliRunner().invoke(main, ["replay", "--state", str(tmp_path)], env=environ)
    assert done.exit_code == 1
    first, second = done.stdout.splitlines()
    assert first == f"a.pdf: {told}"
    assert second.startswith(f"{torn} is not a dead letter:")
    assert [event["subject"] for event in broker.events] == ["a.pdf"]
    assert list(letters) == [torn]
