from pathlib import Path

import pytest

from footnote.cli.up.console import UpConsole
from footnote.errors import Misconfigured
from footnote.settings import Settings

LOGS = Path("logs")


def test_the_chat_model_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    UpConsole().starting(LOGS, Settings(chat_base_url="http://x/v1", chat_model="small"))
    assert "Answers are written by small at http://x/v1.\n" in capsys.readouterr().out


def test_a_missing_chat_model_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    UpConsole().starting(LOGS, Settings())
    said = capsys.readouterr().out
    assert "Answers quote the documents, since no chat model is set.\n" in said


def test_incomplete_chat_settings_are_refused_before_anything_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(Misconfigured, match="FOOTNOTE_CHAT_MODEL needs"):
        UpConsole().starting(LOGS, Settings(chat_model="small"))
    assert capsys.readouterr().out == ""


MADE = {"model": "first", "chunking": "wordpieces-250-50-named"}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({}, ""),
        (
            {"model": "second/256"},
            "The index was made with first; to apply second/256, run "
            "`footnote reindex --model second/256`.\n",
        ),
        (
            {"model": 'second "passage: "'},
            'The index was made with first; to apply second "passage: ", run '
            "`footnote reindex --model 'second \"passage: \"'`.\n",
        ),
        (
            {"model": "second", "chunking": "characters-500-50-named"},
            "The index was made with first, wordpieces-250-50-named; to apply second, "
            "characters-500-50-named, run `footnote reindex "
            "--model second --chunking characters-500-50-named`.\n",
        ),
    ],
)
def test_reindexing_is_suggested_for_settings_that_differ_from_the_index(
    wanted: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    UpConsole().suggest_reindex(MADE, {**MADE, **wanted})
    assert capsys.readouterr().out == said


def test_the_example_of_a_question_suits_the_bucket(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    UpConsole().ready("http://x", Settings(bucket=str(tmp_path)))
    assert 'ask "..."\n' in capsys.readouterr().out
    (tmp_path / "what-footnote-is.md").touch()
    UpConsole().ready("http://x", Settings(bucket=str(tmp_path)))
    assert 'ask "What is Footnote?"\n' in capsys.readouterr().out
