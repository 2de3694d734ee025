"""Errors of the command line."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from footnote.cli.main import main
from tests.unit.footnote.store.elasticsearch.server import Server
from tests.users import nobody


def test_contradictory_options_are_refused() -> None:
    done = CliRunner().invoke(main, ["reindex", "--rollback", "--drop"])
    assert done.exit_code == 2
    assert "Use only one of --rollback, --drop and --status." in done.stderr


async def test_a_server_that_is_not_elasticsearch_is_reported_in_one_sentence(tmp_path: Path) -> None:
    server = Server()
    server.responses = [(405, {"error": "no such method"})] * 9
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
def test_a_state_folder_without_an_index_is_refused_and_not_created(
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


def test_a_file_of_another_user_is_named(tmp_path: Path) -> None:
    published = tmp_path / "running.json"
    published.touch(mode=0)
    import_module("footnote.cli.commands.status")  # nobody may not read root's Python
    with nobody():
        done = CliRunner().invoke(main, ["status", "--state", str(tmp_path)])
    assert done.exit_code == 2
    assert done.stderr == f"footnote: Let this user read and write {published}.\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["reconcile", "--dry-run"], "The index agrees with the bucket.\n"),
        (["reindex", "--drop"], "There is no index other than the live one.\n"),
    ],
)
def test_a_command_without_work_says_so(command: list[str], said: str, tmp_path: Path) -> None:
    bucket, state = tmp_path / "bucket", tmp_path / "state"
    bucket.mkdir()
    state.mkdir()
    (state / "index.sqlite").touch()
    done = CliRunner().invoke(main, [*command, "--bucket", str(bucket), "--state", str(state)])
    assert (done.exit_code, done.stdout) == (0, said)


def test_the_first_process_of_a_container_ends_when_it_is_told_to(tmp_path: Path) -> None:
    first = ["unshare", "--pid", "--fork"]
    if subprocess.run([*first, "true"], capture_output=True).returncode:
        pytest.skip("This user may not make a namespace of processes.")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        environ = os.environ | {"FOOTNOTE_STORE": "elasticsearch", "FOOTNOTE_ELASTICSEARCH_URL": url}
        command = [*first, sys.executable, "-m", "footnote", "status", "--state", str(tmp_path)]
        with subprocess.Popen(command, env=environ) as namespace, silent.accept()[0]:
            first_process = Path(f"/proc/{namespace.pid}/task/{namespace.pid}/children").read_text()
            os.kill(int(first_process), signal.SIGTERM)
            assert namespace.wait() == 128 + signal.SIGTERM
