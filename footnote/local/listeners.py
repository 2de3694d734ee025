"""Listening sockets on the loopback address."""

from __future__ import annotations

import errno
import socket

from footnote.errors import Misconfigured
from footnote.settings import Settings


def function_listener(name: str, port: int) -> socket.socket:
    """The socket for the function `name`.

    `answer` gets `port`; each other function gets its default port, or any free port if that is taken
    or `port` is 0. Raises Misconfigured when `answer` cannot listen on `port`.
    """
    if name == "answer":
        return _listen_or_refuse(port)
    try:
        return listen(_default_port(name) if port else 0)
    except OSError:
        return listen(0)


def _default_port(name: str) -> int:
    address: str = Settings.model_fields[f"{name}_url"].default
    return int(address.rpartition(":")[2])


def _listen_or_refuse(port: int) -> socket.socket:
    try:
        return listen(port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            hint = f"Port {port} is in use; choose another, such as `--port {port + 10}`."
            raise Misconfigured(hint) from None
        raise Misconfigured(f"Port {port} cannot be used: {error.strerror}.") from None


def listen(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 means any free port. Raises OSError."""
    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    # uvicorn gets a bare descriptor and sets no options on accepted connections; they inherit this one.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()
    return f"http://{host}:{port}"
