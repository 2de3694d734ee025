"""`python -m footnote.launcher APP ...` serves as `uvicorn APP ...` does, and starts sooner.

Before it imports the server, it wakes the functions that APP calls, so that those scaled to zero start
meanwhile rather than at the first question, and it starts the worker processes that APP uses. What
libraries import and a function never uses, such as Flask, it does not import.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from footnote import startup
from footnote.calls.backoff import CONNECT_BACKOFF

DEPENDENCIES = {"answer": ("retrieve", "embed"), "ingest": ("embed",)}
"""The functions that each function calls; the slowest to start comes first."""
WORKERS = {"ingest": "functions.ingest.workers.prestarted"}
"""The module whose import starts a function's worker processes."""
LOG_OPTIONS = ("--log-config", str(Path(__file__).with_name("uvicorn.json")))
"""A configuration that changes nothing: logging is set up already, and uvicorn would replace that."""
TIMEOUT = 60
"""Seconds that a function has to start."""


def main() -> None:
    startup.begin()
    for url in dependency_urls(os.environ):
        Thread(target=wake, args=(url,), daemon=True).start()
    if workers := WORKERS.get(os.environ.get("FUNCTION_TARGET", "")):
        import_module(workers)
    serve()


def serve() -> None:
    """Serve as uvicorn does, after `startup.begin`."""
    # Imported here, since workers and other functions would wait for it.
    from footnote.json_logging import configure_logging
    from footnote.stubs import import_server

    configure_logging()
    import_server(os.environ)
    import uvicorn

    uvicorn.main([*LOG_OPTIONS, *sys.argv[1:]])


def dependency_urls(environ: Mapping[str, str]) -> Iterator[str]:
    """URLs of the functions that this one calls, as far as `environ` has them."""
    for name in DEPENDENCIES.get(environ.get("FUNCTION_TARGET", ""), ()):
        if url := environ.get(f"FOOTNOTE_{name.upper()}_URL"):
            yield url


def wake(url: str, backoff: Iterable[float] = CONNECT_BACKOFF) -> None:
    """Ask for the liveness of the function at `url`, and ignore a failure: the next request retries."""
    to = urlsplit(url)
    request = f"GET /health/liveness HTTP/1.1\r\nhost: {to.netloc}\r\nconnection: close\r\n\r\n"
    with suppress(OSError), _connect(to.hostname or "", to.port or 80, backoff) as connection:
        connection.sendall(request.encode())
        while connection.recv(1024):
            pass


def _connect(host: str, port: int, backoff: Iterable[float]) -> socket.socket:
    for wait in backoff:
        with suppress(OSError):
            return socket.create_connection((host, port), TIMEOUT)
        time.sleep(wait)
    return socket.create_connection((host, port), TIMEOUT)


if __name__ == "__main__":
    main()
