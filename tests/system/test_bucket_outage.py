"""A bucket in the cloud that cannot be reached when Footnote starts."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from tests.ports import unused_port
from tests.processes import send
from tests.system.footnote_up import FootnoteUp, eventually, run

QUESTION = "What does the mill of Arden grind?"


class S3:
    """An S3 server that can go away and come back with what it held."""

    def __init__(self) -> None:
        self.port = unused_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._server = ThreadedMotoServer("127.0.0.1", port=self.port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def put(self, path: str, text: str = "") -> None:
        headers = {"content-type": "text/plain"}
        send(urllib.request.Request(f"{self.url}/{path}", text.encode(), headers, method="PUT"))


@pytest.fixture
def s3() -> Iterator[S3]:
    server = S3()
    server.start()
    server.put("outage")
    yield server
    server.stop()


@pytest.fixture
def up(s3: S3, tmp_path: Path) -> FootnoteUp:
    (tmp_path / "s3-access-key-id").write_text("key")
    (tmp_path / "s3-secret-access-key").write_text("secret")
    environ = {"BUCKET_ENDPOINT": s3.url, "BUCKET_INTERVAL": "1", "SECRETS": str(tmp_path)}
    settings = {f"FOOTNOTE_{name}": value for name, value in environ.items()}
    return FootnoteUp(tmp_path, settings, uri="s3://outage")


def test_answers_use_what_was_indexed_before_and_the_bucket_is_followed_once_it_is_back(
    s3: S3, up: FootnoteUp
) -> None:
    s3.put("outage/a.txt", "The mill of Arden grinds acorns.")
    with up:
        up.becomes("a.txt", "indexed")
    s3.stop()
    with up:
        assert "acorns" in up.ask(QUESTION)["answer"]
        assert "s3://outage cannot be reached" in up.said()
        s3.start()
        s3.put("outage/b.txt", "The mill of Bexley grinds barley.")
        up.becomes("b.txt", "indexed")
        eventually(lambda: "indexed b.txt" in up.said())


def test_without_an_index_it_does_not_start(s3: S3, up: FootnoteUp) -> None:
    s3.stop()
    refused = run("up", "--bucket", up.uri, "--port", "0", environ=up.environ)
    s3.start()
    assert refused.returncode == 2
    assert "footnote: s3://outage cannot be reached" in refused.stderr
