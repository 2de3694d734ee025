from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from footnote.cli.replay import command
from footnote.deadletters import DeadLetters, undeliverable
from footnote.events import object_changed


def printed(state: Path, *arguments: str) -> str:
    result = CliRunner().invoke(command, [*arguments, "--state", str(state)])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("options", [[], ["--list"], ["--show"]])
def test_where_there_are_no_dead_letters_it_says_so(tmp_path: Path, options: list[str]) -> None:
    assert printed(tmp_path, *options) == f"There are no dead letters in {tmp_path}/dead-letters.\n"


def test_a_list_names_each_with_its_reason(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path / "dead-letters", timedelta(days=1))
    event = object_changed("s3://docs", "a.pdf")
    kept = letters.keep(undeliverable(event, "http://ingest/", 422, b'{"error": {"message": "Torn."}}'))
    assert printed(tmp_path, "--list") == f"{kept.stem}\n    a.pdf: Torn.\n"
