"""A server that refuses connections at first, as one does whom policies let in a moment later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.listening import listening


class Late(HTTPServer):
    """Bound to a port, where it answers "ok" once somebody who was refused has paused twice."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler, bind_and_activate=False)
        self.server_bind()
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.asked: list[str] = []
        """Paths."""
        self.received = b""
        """The body of an upload, as it was sent: in chunks."""
        self._begun = ExitStack()

    def pauses(self) -> Iterator[float]:
        """Of whoever tries to connect."""
        yield 0
        self.server_activate()
        self._begun.enter_context(listening(self))
        yield 0

    def close(self) -> None:
        self._begun.close()
        self.server_close()


@contextmanager
def refusing() -> Iterator[Late]:
    late = Late()
    try:
        yield late
    finally:
        late.close()


class _Handler(BaseHTTPRequestHandler):
    server: Late

    def do_PUT(self) -> None:
        while (line := self.rfile.readline()) != b"0\r\n":
            self.server.received += line
        self.do_GET()

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b'"ok"')

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""
