"""Starting a function from nothing, as in production, until it has answered a real request correctly."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bench.processes import cpu_seconds, family, resident_bytes
from tests.ports import unused_port

ROOT = Path(__file__).parents[1]
APP = (
    *("functions_framework.aio:app", "--lifespan", "on"),
    *("--timeout-keep-alive", "120", "--no-access-log"),
)
TIMEOUT = 60
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Request:
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    path: str = "/"


@dataclass(frozen=True, slots=True)
class Cold:
    """A function that does not run yet."""

    name: str
    source: Path
    request: Callable[[], Request]
    """A new request for each start."""
    correct: Callable[[bytes], bool]
    environ: Mapping[str, str] = field(default_factory=dict)
    server: str = "uvicorn"
    """The module that serves it."""
    options: tuple[str, ...] = ()
    """Of its server, besides those that all have."""


@dataclass(frozen=True, slots=True)
class Start:
    seconds: float
    """From before the process is started until the whole response is there."""
    cpu: float
    """Seconds of processor time that the process and its children took for it."""
    memory: int
    """Bytes resident afterwards, its children's included."""


def start(function: Cold) -> Start:
    """Start it, ask it, stop it. Raises RuntimeError when it ends or does not answer correctly."""
    request = function.request()
    port = unused_port()
    began = time.perf_counter()
    with _process(function, port) as process:
        body = _answer(request, port, process)
        seconds = time.perf_counter() - began
        if not function.correct(body):
            raise RuntimeError(f"{function.name} answered {body[:500].decode(errors='replace')}")
        used = family(psutil.Process(process.pid))
        return Start(seconds, cpu_seconds(used), resident_bytes(used))


@contextmanager
def _process(function: Cold, port: int) -> Iterator[subprocess.Popen[bytes]]:
    about = {"FUNCTION_SOURCE": str(function.source), "FUNCTION_TARGET": function.source.parent.name}
    process = subprocess.Popen(
        [sys.executable, "-m", function.server, *APP, *function.options, "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, **function.environ, **about},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _answer(request: Request, port: int, process: subprocess.Popen[Any]) -> bytes:
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        try:
            connection.request("POST", request.path, request.body, dict(request.headers))
            return connection.getresponse().read()
        except ConnectionRefusedError:
            time.sleep(0.002)
        finally:
            connection.close()
    raise RuntimeError(f"it did not answer within {TIMEOUT} s, and ended with {process.poll()}")
