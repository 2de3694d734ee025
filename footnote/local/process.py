"""A function as a process that is started as in production and restarted when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import Process as Child
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from footnote.local.listeners import url_of

UVICORN_OPTIONS = (
    *("--lifespan", "on", "--ws", "none", "--no-access-log"),
    *("--timeout-keep-alive", "120", "--timeout-graceful-shutdown", "1"),
)
GRACE = 1.2
"""Seconds from SIGTERM to SIGKILL."""
STABLE_UPTIME = 10
"""Seconds of uptime after which the backoff starts anew."""
MIN_BACKOFF, MAX_BACKOFF = 0.1, 5.0
"""Seconds from a death to the restart."""


@dataclass
class FunctionProcess:
    """The function `name` in the file `source`, served on `listener`.

    The listener outlives the process, so requests that arrive during a restart wait instead of being
    refused. The process exits when the write end of the pipe `parent_pipe` is closed.
    """

    name: str
    source: Path
    listener: socket.socket
    parent_pipe: int
    environ: Mapping[str, str]
    log: Path
    on_exit: Callable[[FunctionProcess, str], None]
    """Called after each exit and each failed start with the cause, such as `ended with SIGKILL`."""

    @property
    def url(self) -> str:
        return url_of(self.listener)

    async def run(self) -> None:
        """Keep the function running until this task is cancelled, then stop it."""
        delay = MIN_BACKOFF
        while True:
            started = time.monotonic()
            cause = await self._run_once()
            if time.monotonic() - started > STABLE_UPTIME:
                delay = MIN_BACKOFF
            self.on_exit(self, cause)
            await asyncio.sleep(delay)
            delay = min(2 * delay, MAX_BACKOFF)

    async def _run_once(self) -> str:
        try:
            child = await self._start()
        except OSError as error:
            return f"did not start ({error})"
        try:
            return f"ended with {_describe_status(await child.wait())}"
        finally:
            await _stop(child)

    async def _start(self) -> Child:
        with self._output() as output:
            return await asyncio.create_subprocess_exec(
                *self._command(),
                env=self._environ(),
                stdin=self.parent_pipe,
                stdout=output,
                stderr=output,
                pass_fds=[self.listener.fileno()],
                start_new_session=True,
            )

    def _command(self) -> list[str]:
        server = [sys.executable, "-m", "footnote.local.server", "functions_framework.aio:app"]
        return [*server, *UVICORN_OPTIONS, "--fd", str(self.listener.fileno())]

    def _environ(self) -> dict[str, str]:
        return {**self.environ, "FUNCTION_SOURCE": str(self.source), "FUNCTION_TARGET": self.name}

    @contextlib.contextmanager
    def _output(self) -> Iterator[int]:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


async def _stop(child: Child) -> None:
    """Send SIGTERM, and after GRACE seconds SIGKILL to the whole process group."""
    if child.returncode is None:
        child.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), GRACE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    await child.wait()


def _describe_status(status: int) -> str:
    return f"status {status}" if status >= 0 else signal.Signals(-status).name
