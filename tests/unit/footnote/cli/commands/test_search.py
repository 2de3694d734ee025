"""Output of `footnote search` when the server refuses."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from footnote.cli.commands.search import command
from footnote.errors import FootnoteError, InvalidRequest, Unavailable
from tests.listening import listening


class Server(ThreadingHTTPServer):
    refusal: FootnoteError


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(self.server.refusal.status)
        self.end_headers()
        self.wfile.write(self.server.refusal.body())

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    with listening(server):
        yield server


def search(server: Server, refusal: FootnoteError) -> str:
    server.refusal = refusal
    done = CliRunner().invoke(command, ["tea", "--url", f"http://127.0.0.1:{server.server_port}"])
    return str(done.exception)


def test_the_url_of_another_function_is_refused_with_which_one_is_needed(server: Server) -> None:
    """answer takes only events where retrieve takes searches."""
    said = search(server, InvalidRequest("This is not a valid CloudEvent: it has no id."))
    assert said.startswith("Search needs the URL of retrieve, such as http://127.0.0.1:8082; http:")


def test_a_retrieve_that_is_overloaded_is_not_taken_for_another_function(server: Server) -> None:
    said = search(server, Unavailable("Elasticsearch is overloaded."))
    assert said.endswith(" answered 503: Elasticsearch is overloaded.")
    assert "needs the URL" not in said
