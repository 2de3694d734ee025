"""Footnote as a user runs it: `footnote up` on folders of its own, and the commands beside it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import requests

from tests.environ import environ_with

PATIENCE = 90
"""Seconds after which a test gives up waiting for something that must happen."""

Value = TypeVar("Value")


class FootnoteUp:
    """`footnote up`, while it is entered."""

    def __init__(
        self, folder: Path, environ: Mapping[str, str] | None = None, port: int = 0, uri: str = ""
    ) -> None:
        """`uri` is that of a bucket in the cloud, if it is to follow one in place of its folder."""
        self.bucket, self.state, self.output = folder / "bucket", folder / "state", folder / "output"
        self.bucket.mkdir(exist_ok=True)
        self.port = port
        self.uri = uri or str(self.bucket)
        own = {"FOOTNOTE_STATE": str(self.state), "COLUMNS": "200"}
        self.environ = {**environ_with(), **(environ or {}), **own}

    def __enter__(self) -> FootnoteUp:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Return when it says where to ask."""
        command = [*FOOTNOTE, "up", "--bucket", self.uri, "--port", str(self.port)]
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                command, env=self.environ, stdout=output, stderr=subprocess.STDOUT
            )
        eventually(lambda: "Ask at" in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()
        self.urls: dict[str, str] = json.loads((self.state / "running.json").read_text())
        self.url = self.urls["answer_url"]

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """The exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def said(self) -> str:
        return self.output.read_text()

    def run(self, *arguments: str, code: int = 0) -> str:
        """What a command of the command line prints; it must leave with the exit code `code`."""
        done = run(*arguments, environ=self.environ)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def put(self, key: str, content: bytes | str) -> None:
        path = self.bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def ask(self, question: str) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/query", json={"query": question}, timeout=60)
        assert answer.ok, answer.text
        return dict(answer.json())

    def cited(self, question: str) -> list[str]:
        """Names of the files that the answer rests on."""
        return [citation["uri"].rpartition("/")[2] for citation in self.ask(question)["citations"]]

    def documents(self) -> dict[str, dict[str, Any]]:
        """Key -> document, of all that are not deleted."""
        documents: dict[str, dict[str, Any]] = {}
        after: str | None = ""
        while after is not None:
            page = requests.get(f"{self.url}/documents", params={"after": after}, timeout=60).json()
            documents |= {each["key"]: each for each in page["documents"] if each["state"] != "deleted"}
            after = page["next"]
        return documents

    def state_of(self, key: str) -> str:
        return str(self.documents().get(key, {}).get("state", "absent"))

    def becomes(self, key: str, state: str) -> None:
        eventually(lambda: self.state_of(key) == state)


def pid_of(footnote: FootnoteUp, name: str) -> int:
    log = (footnote.state / "logs" / f"{name}.log").read_text()
    return int(re.findall(r"Started server process \[(\d+)\]", log)[-1])


FOOTNOTE = [sys.executable, "-m", "footnote"]


def run(*arguments: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FOOTNOTE, *arguments], env=environ, capture_output=True, text=True, timeout=PATIENCE
    )


def eventually(check: Callable[[], Value]) -> Value:
    """What `check` returns once it is true."""
    deadline = time.monotonic() + PATIENCE
    while not (value := check()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
    return value
