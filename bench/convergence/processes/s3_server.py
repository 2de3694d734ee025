"""A real S3 server that posts a notification of every changed object to a webhook."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

from footnote.settings import Settings
from tests.ports import unused_port
from tests.tools import tool

ACCESS, SECRET = "footnote", "footnote-secret"
BUCKET = "documents"
VERSITYGW = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"
START_TIMEOUT = 30
"""Seconds."""


class S3Server:
    """A context manager that runs versitygw on a folder."""

    def __init__(self, folder: Path, webhook: str) -> None:
        self._data, self._log = folder / "objects", folder / "versitygw.log"
        (self._data / BUCKET).mkdir(parents=True)
        self.port = unused_port()
        self._command = [tool(VERSITYGW), "--access", ACCESS, "--secret", SECRET, "--port"]
        self._command += [f"127.0.0.1:{self.port}", "--event-webhook-url", webhook, "posix"]
        self._command.append(str(self._data))

    def __enter__(self) -> S3Server:
        with self._log.open("w") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        until = time.monotonic() + START_TIMEOUT
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"versitygw does not answer: {self._log.read_text()[-500:]}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def settings(port: int, folder: Path, **others: object) -> Settings:
    """Settings of a function with the bucket at `port` and its credentials in `folder`."""
    folder.mkdir(exist_ok=True)
    (folder / "s3-access-key-id").write_text(ACCESS)
    (folder / "s3-secret-access-key").write_text(SECRET)
    bucket = {"bucket": f"s3://{BUCKET}", "bucket_endpoint": f"http://127.0.0.1:{port}"}
    return Settings.model_validate({**bucket, "secrets": folder, **others})
