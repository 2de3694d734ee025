import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.embed.local import LocalEmbedder
from functions.embed.model import installed

MAIN = Path(__file__).parents[4] / "functions" / "embed" / "main.py"


@pytest.fixture(scope="session")
def local() -> LocalEmbedder:
    return LocalEmbedder(installed(), threads=2)


@pytest.fixture(scope="session")
def embed_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an embed process, started as in production."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        environ = {"FUNCTION_SOURCE": str(MAIN), "FUNCTION_TARGET": "embed"}
        serve = [sys.executable, "-m", "footnote.launcher", "functions_framework.aio:app"]
        log = (tmp_path_factory.mktemp("embed") / "log").open("w")
        process = subprocess.Popen(
            [*serve, "--lifespan", "on", "--fd", str(listener.fileno())],
            env=os.environ | environ,
            pass_fds=[listener.fileno()],
            stderr=log,
        )
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()
        log.close()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with contextlib.suppress(urllib.error.URLError):
            urllib.request.urlopen(f"{url}/health/readiness", timeout=60).close()
            return
        time.sleep(0.05)
    raise AssertionError(f"embed ended with status {process.returncode}")
