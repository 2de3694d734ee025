"""A chat model behind OpenAI's API that says what a test wants, as slowly or badly as it wants."""

from __future__ import annotations

import json
import select
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[str], str]
"""The prompt, all messages together, to the text."""

USAGE = {"prompt_tokens": 400, "completion_tokens": 20, "total_tokens": 420}


class ChatModel:
    """Listens at `url` while it is entered, and keeps what it was asked in `prompts`."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.status = 200
        self.untaken: tuple[str, ...] = ()
        """Parameters that it refuses, one at a time, as OpenAI's models that reason do."""
        self.finish = "stop"
        self.prompts: list[str] = []
        self.asked_for: Mapping[str, Any] = {}
        """The last request."""
        self.headers: list[Mapping[str, str]] = []
        self.hold = threading.Event()
        self.hold.set()
        """While it is not set, requests are taken and not answered."""
        self.breaks_after: int | None = None
        """Characters of a stream after which the connection is closed; None: never."""
        self.asked = threading.Event()
        self.left = threading.Event()
        """Set when a client went away before it was answered."""
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                try:
                    model.answer(self, request)
                except OSError:
                    model.left.set()
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def __enter__(self) -> ChatModel:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hold.set()
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler, request: Mapping[str, Any]) -> None:
        prompt = "\n".join(message["content"] for message in request["messages"])
        self.prompts.append(prompt)
        self.asked_for = request
        self.asked.set()
        self.headers.append({name.lower(): value for name, value in handler.headers.items()})
        while not self.hold.wait(0.02):
            if _gone(handler.connection):
                raise ConnectionError("The client left.")
        untaken = next((name for name in self.untaken if name in request), None)
        if untaken:
            _send(handler, 400, _refusal(f"Unsupported parameter: '{untaken}' is not supported."))
        elif self.status != 200:
            _send(handler, self.status, _refusal("The model is unwell."))
        elif request.get("stream"):
            chunks = _chunks(self.reply(prompt)[: self.breaks_after], self.finish)
            _stream(handler, chunks, self.breaks_after)
        else:
            message = {"content": self.reply(prompt)}
            choice = {"index": 0, "finish_reason": self.finish, "message": message}
            _send(handler, 200, json.dumps({"choices": [choice], "usage": USAGE}).encode())


def _gone(connection: socket.socket) -> bool:
    readable, _, _ = select.select([connection], [], [], 0)
    return bool(readable) and not connection.recv(1, socket.MSG_PEEK)


def _refusal(message: str) -> bytes:
    return json.dumps({"error": {"message": message}}).encode()


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _stream(
    handler: BaseHTTPRequestHandler, chunks: Iterable[dict[str, Any]], breaks_after: int | None
) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("connection", "close")
    handler.end_headers()
    handler.close_connection = True
    for chunk in chunks:
        if breaks_after is not None and "finish_reason" in chunk["choices"][0]:
            return
        handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        handler.wfile.flush()
    handler.wfile.write(b"data: [DONE]\n\n")


def _chunks(text: str, finish: str) -> Iterable[dict[str, Any]]:
    for start in range(0, len(text), 5):
        yield {"choices": [{"index": 0, "delta": {"content": text[start : start + 5]}}]}
    yield {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}
    yield {"choices": [], "usage": USAGE}
