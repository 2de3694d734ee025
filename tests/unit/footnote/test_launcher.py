from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from footnote.launcher import wake
from tests.refusing import refusing

ROOT = Path(__file__).parents[3]
Answer = subprocess.Popen[bytes]


@contextmanager
def starting(embed: int, retrieve: int) -> Iterator[Answer]:
    """The process of answer as its container starts it, with the others at these ports."""
    environ = {
        "FUNCTION_SOURCE": str(ROOT / "functions" / "answer" / "main.py"),
        "FUNCTION_TARGET": "answer",
        "FOOTNOTE_EMBED_URL": f"http://127.0.0.1:{embed}",
        "FOOTNOTE_RETRIEVE_URL": f"http://127.0.0.1:{retrieve}",
    }
    command = [sys.executable, "-m", "footnote.launcher", "functions_framework.aio:app", "--port", "0"]
    with subprocess.Popen(command, env=os.environ | environ, stderr=subprocess.PIPE) as answer:
        try:
            yield answer
        finally:
            answer.kill()


def serves(answer: Answer) -> bool:
    assert answer.stderr
    return any(b"startup complete" in line for line in iter(answer.stderr.readline, b""))


def next_request(listener: socket.socket) -> bytes:
    """The next request, which gets no response."""
    connection, _ = listener.accept()
    with connection:
        return connection.recv(1024)


@pytest.fixture
def embed() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def retrieve() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def port(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def test_starting_answer_wakes_the_functions_it_calls(
    embed: socket.socket, retrieve: socket.socket
) -> None:
    with starting(port(embed), port(retrieve)) as answer:
        for listener in (embed, retrieve):
            asked = f"GET /health/liveness HTTP/1.1\r\nhost: 127.0.0.1:{port(listener)}\r\n"
            assert next_request(listener).startswith(asked.encode())
        assert serves(answer)


def test_waking_is_retried_while_connections_are_refused() -> None:
    with refusing() as late:
        wake(late.url, late.pauses())
        assert late.asked == ["/health/liveness"]


def test_answer_serves_when_waking_fails() -> None:
    with starting(9, 9) as answer:
        assert serves(answer)


def test_a_process_that_is_stopped_during_its_start_ends_at_once(embed: socket.socket) -> None:
    with starting(port(embed), 9) as answer:
        next_request(embed)
        answer.terminate()
        assert answer.wait(10) == 0


def test_the_parsing_worker_starts_before_the_server_is_imported() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "footnote.launcher", "--help"]
    environ = os.environ | {"FUNCTION_TARGET": "ingest"}
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=True)
    imported = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines()]
    assert imported.index("functions.ingest.workers.worker") < imported.index("uvicorn.main")
    assert "asyncio" not in imported[: imported.index("functions.ingest.workers.worker")]
    assert "prometheus_client" not in imported  # logging must not need it


@pytest.mark.parametrize("name", ["answer", "embed", "ingest", "retrieve", "deadletters"])
def test_a_misconfiguration_is_one_json_log_line(name: str) -> None:
    environ = {
        "FUNCTION_SOURCE": str(ROOT / "functions" / name / "main.py"),
        "FUNCTION_TARGET": name,
        "FOOTNOTE_RATE_LIMIT": "abc",
    }
    command = [sys.executable, "-m", "footnote.launcher", "functions_framework.aio:app", "--port", "0"]
    done = subprocess.run([*command, "--lifespan", "on"], env=os.environ | environ, capture_output=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    told = [line for line in lines if "FOOTNOTE_RATE_LIMIT='abc': use a whole number." in str(line)]
    assert [line.get("error") for line in told] == ["misconfigured"]
    assert "exception" not in told[0]
    assert (done.stdout, done.returncode) == (b"", 3)
