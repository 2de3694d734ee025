"""The functions as processes of their own, started as in production."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from footnote.events import object_changed_event, to_http
from footnote.settings import Settings
from tests.environ import environ_with
from tests.ports import unused_port

ROOT = Path(__file__).parents[1]


class Process:
    """The function `name`, with `settings` as FOOTNOTE_*, while it is entered."""

    def __init__(
        self,
        name: str,
        folder: Path,
        settings: Mapping[str, object] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.environ = {
            **environ_with(**(settings or {})),
            **(environ or {}),
            "FUNCTION_SOURCE": str(ROOT / "functions" / name / "main.py"),
            "FUNCTION_TARGET": name,
        }
        self.port = unused_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{name}-{self.port}.log"

    def __enter__(self) -> Process:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        serve = [sys.executable, "-m", "footnote.launcher", "functions_framework.aio:app"]
        options = ["--lifespan", "on", "--ws", "none", "--timeout-keep-alive", "120", "--no-access-log"]
        command = [*serve, *options, "--port", str(self.port)]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, env=self.environ, stderr=log)
        self._wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def pause(self) -> None:
        """It keeps its connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def get(self, path: str, **headers: str) -> Answer:
        return send(urllib.request.Request(self.url + path, headers=headers))

    def post(
        self,
        path: str,
        body: object,
        headers: Mapping[str, str] | None = None,
        *,
        timeout: float = 60,
    ) -> Answer:
        given = {"content-type": "application/json", **(headers or {})}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return send(urllib.request.Request(self.url + path, data, given), timeout)

    @contextmanager
    def asking(self, path: str, body: object) -> Iterator[None]:
        """A request by somebody who does not wait for the answer, and leaves with the block."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port)) as connection:
            connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
            yield

    def metrics(self) -> dict[str, float]:
        """Every sample of GET /metrics by its name and labels, as written there."""
        lines = self.get("/metrics").body.decode().splitlines()
        samples = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in samples}

    def _wait(self) -> None:
        while self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/health/liveness", timeout=60).close()
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        raise AssertionError(f"{self.name} ended: {self.log.read_text()[-2000:]}")


class System:
    """Functions that share one bucket and one index; each knows the URLs of those started before."""

    def __init__(self, folder: Path, stack: ExitStack, environ: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.stack = stack
        self.environ = environ
        self.bucket = folder / "bucket"
        self.bucket.mkdir()
        self.settings: dict[str, object] = {"state": folder / "state", "bucket": self.bucket}

    def start(self, name: str, **settings: object) -> Process:
        process = Process(name, self.folder, {**self.settings, **settings}, self.environ)
        self.stack.enter_context(process)
        if (setting := f"{name}_url") in Settings.model_fields:
            self.settings[setting] = process.url
        return process

    def index(self, ingest: Process, key: str, text: str) -> None:
        """Put a document into the bucket, and have it indexed."""
        (self.bucket / key).write_text(text)
        headers, body = to_http(object_changed_event(self.bucket.as_uri(), key))
        reply = ingest.post("/", body, headers)
        assert reply.status == 200, reply.body


class Answer:
    def __init__(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def send(request: urllib.request.Request, timeout: float = 60) -> Answer:
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return Answer(response.status, response.headers.items(), response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers.items(), error.read())
