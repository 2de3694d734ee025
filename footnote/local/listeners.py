"""The sockets that functions are served at."""

from __future__ import annotations

import errno
import socket

from footnote.errors import Misconfigured
from footnote.settings import Settings


def listener(name: str, port: int) -> socket.socket:
    """Where the function `name` listens, when `port` is asked of answer. Raises Misconfigured."""
    if name == "answer":
        return _listen(port)
    try:
        return listen(_usual_port(name) if port else 0)
    except OSError:
        return listen(0)


def _usual_port(name: str) -> int:
    address: str = Settings.model_fields[f"{name}_url"].default
    return int(address.rpartition(":")[2])


def _listen(port: int) -> socket.socket:
    try:
        return listen(port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            hint = f"Port {port} is in use; choose another, such as `--port {port + 10}`."
            raise Misconfigured(hint) from None
        raise Misconfigured(f"Port {port} cannot be used: {error.strerror}.") from None


def listen(port: int) -> socket.socket:
    """A listening socket on this machine's own address; port 0 means any free one. Raises OSError."""
    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    # The server is given a bare descriptor and sets no option on what it accepts; that inherits this.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url(listener: socket.socket) -> str:
    host, port = listener.getsockname()
    return f"http://{host}:{port}"
