"""How `footnote up` starts, refuses to start, and stops."""

import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.embedding_model import EmbeddingModel
from tests.environ import environ_with
from tests.system.footnote_up import FootnoteUp, eventually, pid_of, run

NAMES = ("embed", "retrieve", "answer", "ingest")


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FootnoteUp]:
    folder = tmp_path_factory.mktemp("starting")
    (folder / "temporary").mkdir()
    footnote = FootnoteUp(folder, {"TMPDIR": str(folder / "temporary")})
    footnote.put("one.txt", "The mayor of Vintry rides a tricycle.")
    with footnote:
        yield footnote


@pytest.fixture
def up(started: FootnoteUp) -> FootnoteUp:
    """Started again, if a test before stopped it."""
    if started.process.poll() is not None:
        started.start()
    return started


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_says_where_to_ask_and_what_it_indexed(up: FootnoteUp) -> None:
    said = up.said()
    assert f"Ask at {up.url} or with: " in said
    assert "The index agrees with the bucket: 1 indexed." in said


def test_a_second_one_on_the_same_state_is_refused(up: FootnoteUp) -> None:
    said = up.run("up", "--bucket", str(up.bucket), "--port", "0", code=2)
    assert "Footnote already runs with the state folder" in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(up: FootnoteUp, number: signal.Signals) -> None:
    pids = [pid_of(up, name) for name in NAMES]
    assert all(map(alive, pids))
    assert up.stop(number) == 0
    assert not any(map(alive, pids))
    assert "Traceback" not in up.said()
    assert [path.name for path in up.state.glob("index*")] == ["index.sqlite"]
    assert not list(Path(up.environ["TMPDIR"]).iterdir())


def test_settings_that_an_index_was_not_made_with_are_told_with_what_applies_them(
    up: FootnoteUp,
) -> None:
    assert "footnote reindex" not in up.said()
    up.stop()
    with EmbeddingModel().running() as url:
        up.environ |= {"FOOTNOTE_CHUNK_UNIT": "characters", "FOOTNOTE_CHUNK_SIZE": "500"}
        up.environ |= {"FOOTNOTE_EMBEDDING_BASE_URL": url, "FOOTNOTE_EMBEDDING_MODEL": "second"}
        up.start()
        applied = ["reindex", "--model", "second", "--chunking", "characters-500-50-named"]
        assert (
            ", wordpieces-250-50-named; to apply second, characters-500-50-named, run "
            f"`footnote {' '.join(applied)}`."
        ) in up.said()
        up.run(*applied, "--yes")
        up.stop()
        up.start()
        assert "footnote reindex" not in up.said()


def test_the_functions_end_with_it_however_it_ends(up: FootnoteUp) -> None:
    pids = [pid_of(up, name) for name in NAMES]
    up.process.kill()
    up.process.wait()
    eventually(lambda: not any(map(alive, pids)))


def refused(tmp_path: Path, *arguments: str, **environ: str) -> str:
    """The one sentence with which `footnote up` refuses to start."""
    bucket = tmp_path / "bucket"
    bucket.mkdir(exist_ok=True)
    environ = {**environ_with(state=tmp_path / "state", bucket=bucket), **environ}
    done = run("up", *arguments, environ=environ)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr.startswith("footnote: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} is in use; choose another" in refused(tmp_path, "--port", str(port))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "does not exist; create it" in refused(tmp_path, "--bucket", str(tmp_path / "nothing"))


def test_a_bucket_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "is a file; use the folder it is in" in refused(tmp_path, "--bucket", str(tmp_path / "file"))


def test_a_state_folder_inside_of_the_bucket(tmp_path: Path) -> None:
    inside = str(tmp_path / "bucket" / "state")
    assert "is inside the bucket" in refused(tmp_path, "--state", inside)


def test_a_state_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "choose another with `--state`" in refused(tmp_path, "--state", str(tmp_path / "file" / "x"))


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    said = refused(tmp_path, "--port", "0", FOOTNOTE_EMBEDDING_MODEL="/no/such/model")
    assert "embed did not start: FOOTNOTE_EMBEDDING_MODEL=/no/such/model: model.onnx is missing" in said


def test_an_index_of_a_much_older_footnote(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    with closing(sqlite3.connect(tmp_path / "state" / "index.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 1")
    assert "was written by an older Footnote" in refused(tmp_path, "--port", "0")
    assert not (tmp_path / "state" / "logs").exists(), "no function was started"


def test_an_elasticsearch_that_is_not_there(tmp_path: Path) -> None:
    nowhere = {"FOOTNOTE_STORE": "elasticsearch", "FOOTNOTE_ELASTICSEARCH_URL": "http://127.0.0.1:9"}
    said = refused(tmp_path, "--port", "0", **nowhere)
    assert said.startswith("footnote: FOOTNOTE_ELASTICSEARCH_URL: Elasticsearch cannot be reached: ")
    assert "127.0.0.1" in said
    assert not (tmp_path / "state" / "logs").exists(), "no function was started"


def test_a_wrong_setting(tmp_path: Path) -> None:
    said = refused(tmp_path, FOOTNOTE_CHUNK_SIZE="many")
    assert "FOOTNOTE_CHUNK_SIZE='many': " in said


def test_half_a_chat_model(tmp_path: Path) -> None:
    said = refused(tmp_path, FOOTNOTE_CHAT_MODEL="gpt-4.1-mini")
    assert said == (
        "footnote: FOOTNOTE_CHAT_MODEL needs FOOTNOTE_CHAT_BASE_URL, the address of its endpoint.\n"
    )


def test_a_misspelt_setting(tmp_path: Path) -> None:
    assert "did you mean FOOTNOTE_CHAT_MODEL?" in refused(tmp_path, FOOTNOTE_CHAT_MODLE="x")


@pytest.mark.skipif(os.getuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "bucket").mkdir(mode=0o000)
    assert "check its permissions" in refused(tmp_path)
