"""`python -m footnote.launcher APP ...` serves as `uvicorn APP ...` does, and is there sooner.

First it wakes whom APP asks: a function that is at zero then starts while the server here is still being
imported, instead of when the first question asks for it; and so does a process that APP works with. And
it imports no Flask.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from footnote.calls.backoff import CONNECT_BACKOFF
from footnote.flask_stubs import import_framework
from footnote.telemetry import configure_logging

NEEDS = {"answer": ("retrieve", "embed"), "ingest": ("embed",)}
"""Whom each function asks, the slowest to start first."""
AHEAD = {"ingest": "functions.ingest.workers.prestarted"}
"""What starts the processes that a function works with."""
LOGS = ("--log-config", str(Path(__file__).with_name("uvicorn.json")))
"""Leaves logging as it is, which is set up already: uvicorn's own would come before the function's."""
PATIENCE = 60
"""Seconds that a function has to come."""


def main() -> None:
    exit_when_told()
    for url in needed(os.environ):
        Thread(target=wake, args=(url,), daemon=True).start()
    if ahead := AHEAD.get(os.environ.get("FUNCTION_TARGET", "")):
        import_module(ahead)
    serve()


def exit_when_told() -> None:
    """Exit at SIGTERM, with which uvicorn ends too, so that what is left for the exit is done."""
    # The first process of a container ignores a signal that it has no handler for: stopped while
    # it starts, it would stay until it is killed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())


def serve() -> None:
    """Serve as uvicorn does. What is made before the Function is stays, so nothing is collected."""
    gc.disable()
    configure_logging()
    import_framework(os.environ)
    import uvicorn

    uvicorn.main([*LOGS, *sys.argv[1:]])


def needed(environ: Mapping[str, str]) -> Iterator[str]:
    """Addresses of the functions that the one in `environ` asks, as far as they are told."""
    for name in NEEDS.get(environ.get("FUNCTION_TARGET", ""), ()):
        if url := environ.get(f"FOOTNOTE_{name.upper()}_URL"):
            yield url


def wake(url: str, backoff: Iterable[float] = CONNECT_BACKOFF) -> None:
    """Ask the function at `url` whether it lives. That this fails is no loss: others ask it soon."""
    to = urlsplit(url)
    request = f"GET /health/liveness HTTP/1.1\r\nhost: {to.netloc}\r\nconnection: close\r\n\r\n"
    with suppress(OSError), _reached(to.hostname or "", to.port or 80, backoff) as it:
        it.sendall(request.encode())
        while it.recv(1024):
            pass


def _reached(host: str, port: int, backoff: Iterable[float]) -> socket.socket:
    for pause in backoff:
        with suppress(OSError):
            return socket.create_connection((host, port), PATIENCE)
        time.sleep(pause)
    return socket.create_connection((host, port), PATIENCE)


if __name__ == "__main__":
    main()
