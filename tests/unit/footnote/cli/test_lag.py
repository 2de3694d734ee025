from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from math import inf

import pytest

from footnote.cli.lag import NAME, Lag, lag, within
from footnote.settings import Settings
from tests.listening import listening


class Ingest(BaseHTTPRequestHandler):
    """Has counted two changes, both searchable within half a second."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        counts = "".join(f'{NAME}{{le="{seconds}"}} 2.0\n' for seconds in ("0.5", "+Inf"))
        self.wfile.write(f"# TYPE footnote_ingest_lag_seconds histogram\n{counts}".encode())

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def url() -> Iterator[str]:
    with listening(HTTPServer(("127.0.0.1", 0), Ingest)) as url:
        yield url


def test_an_ingest_that_was_named_tells_what_it_counted(url: str) -> None:
    assert lag(Settings(ingest_url=url)) == Lag(2, 0.5, 0.5)


def test_an_ingest_that_nobody_named_is_not_asked(url: str) -> None:
    by_default = Settings.model_construct(_fields_set=set(), ingest_url=url)
    assert lag(by_default) is None


def test_half_and_all_are_told_by_the_counts() -> None:
    assert within({0.1: 2, 0.5: 5, 1.0: 8, inf: 8}) == Lag(8, 0.5, 1.0)
    assert within({0.1: 0, 0.5: 0, inf: 3}) == Lag(3, inf, inf)


def test_nothing_is_told_of_nothing() -> None:
    assert within({}) is None
    assert within({0.1: 0, inf: 0}) is None
