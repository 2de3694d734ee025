from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from footnote.cli.commands.status import Status, sentences
from footnote.cli.letters import Letters, letters
from footnote.events import object_changed_event, to_http
from footnote.events.deadletters import DeadLetters
from footnote.settings import Settings
from tests.processes import System


def test_those_in_the_state_folder_are_counted(tmp_path: Path) -> None:
    kept = DeadLetters(tmp_path / "dead-letters", timedelta(days=1))
    for key in ("a.pdf", "b.pdf"):
        kept.keep(object_changed_event("s3://docs", key))
    assert letters(Settings(state=tmp_path)) == Letters(2)


def test_who_keeps_them_elsewhere_is_asked(tmp_path: Path) -> None:
    with ExitStack() as stack:
        keeper = System(tmp_path, stack).start("deadletters")
        headers, body = to_http(object_changed_event("s3://docs", "a.pdf"))
        assert keeper.post("/", body, headers).status == 204
        elsewhere = Settings(state=tmp_path / "a-pod's", dead_letters_url=keeper.url)
        assert letters(elsewhere) == Letters(1, keeper.url)


def test_where_they_are_kept_is_told(tmp_path: Path) -> None:
    unreachable = Settings(state=tmp_path, dead_letters_url="http://127.0.0.1:9/")
    assert letters(unreachable) == Letters(None, "http://127.0.0.1:9")
    assert list(sentences(Status([], letters=letters(unreachable)))) == [
        "How many dead letters http://127.0.0.1:9 keeps is not known: it does not tell."
    ]
    (said,) = sentences(Status([], letters=Letters(3, "http://keeper")))
    assert said == "Dead letters: 3, kept by http://keeper; `footnote replay --list` there tells why."
    (said,) = sentences(Status([], letters=Letters(3)))
    assert said == "Dead letters: 3; `footnote replay --list` tells why."
    assert not list(sentences(Status([], letters=Letters(0, "http://keeper"))))
