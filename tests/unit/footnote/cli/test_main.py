"""What a command says that cannot do its work."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from footnote.cli.main import main
from tests.unit.footnote.store.elasticsearch.server import Server


def test_options_of_which_one_would_undo_the_other_are_refused() -> None:
    done = CliRunner().invoke(main, ["reindex", "--rollback", "--drop"])
    assert done.exit_code == 2
    assert "Give one of --rollback, --drop and --status." in done.stderr


async def test_what_is_no_elasticsearch_is_told_in_a_sentence(tmp_path: Path) -> None:
    server = Server()
    server.answers = [(405, {"error": "no such method"})] * 9
    async with server.serving():
        environ = {"FOOTNOTE_STORE": "elasticsearch", "FOOTNOTE_ELASTICSEARCH_URL": server.url}
        command = ["status", "--state", str(tmp_path)]
        done = await asyncio.to_thread(CliRunner().invoke, main, command, env=environ)
    assert done.exit_code == 2
    assert done.stderr == "footnote: Elasticsearch answered 405: no such method.\n"


@pytest.mark.parametrize(
    "command",
    [
        ["status"],
        ["reconcile", "--dry-run"],
        ["reindex"],
        ["reindex", "--status"],
        ["reindex", "--drop"],
        ["reindex", "--rollback"],
    ],
)
def test_a_state_folder_without_an_index_is_told_and_not_made(
    command: list[str], tmp_path: Path
) -> None:
    state = tmp_path / "typo"
    bucket = {"FOOTNOTE_BUCKET": str(tmp_path)}
    done = CliRunner().invoke(main, [*command, "--state", str(state)], env=bucket)
    assert done.exit_code == 2
    assert done.stderr == (
        f"footnote: There is no index in {state}: name the state folder with `--state`, or start "
        "Footnote with `make run`.\n"
    )
    assert not state.exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["reconcile", "--dry-run"], "The index agrees with the bucket.\n"),
        (["reindex", "--drop"], "No index is kept beside the live one.\n"),
    ],
)
def test_that_there_is_nothing_to_do_is_told(command: list[str], said: str, tmp_path: Path) -> None:
    bucket, state = tmp_path / "bucket", tmp_path / "state"
    bucket.mkdir()
    state.mkdir()
    (state / "index.sqlite").touch()
    done = CliRunner().invoke(main, [*command, "--bucket", str(bucket), "--state", str(state)])
    assert (done.exit_code, done.stdout) == (0, said)
