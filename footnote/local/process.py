"""One function as a process: started as in production, started again when it dies, stopped."""

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

from footnote.local.listeners import url

GRACE = 1.2
"""Seconds from SIGTERM to SIGKILL."""
STABLE = 10
"""Seconds a process must have lived for its death to be no sign of trouble."""
SHORTEST_DELAY, LONGEST_DELAY = 0.1, 5.0


@dataclass
class Process:
    """The function `name` of the file `source`, served at `listener`.

    The listener outlives the process, so a request that comes while a dead one is started again waits
    instead of being refused. The process ends when the other end of the pipe `tether` is closed.
    """

    name: str
    source: Path
    listener: socket.socket
    tether: int
    environ: Mapping[str, str]
    log: Path
    died: Callable[[Process, str], None]
    """Told after each death and each start that failed, as `ended with SIGKILL`."""

    @property
    def url(self) -> str:
        return url(self.listener)

    async def run(self) -> None:
        """Keep the function running until this is cancelled; then stop it."""
        delay = SHORTEST_DELAY
        while True:
            started = time.monotonic()
            cause = await self._run_once()
            if time.monotonic() - started > STABLE:
                delay = SHORTEST_DELAY
            self.died(self, cause)
            await asyncio.sleep(delay)
            delay = min(2 * delay, LONGEST_DELAY)

    async def _run_once(self) -> str:
        try:
            child = await self._start()
        except OSError as error:
            return f"did not start ({error})"
        try:
            return f"ended with {_meaning(await child.wait())}"
        finally:
            await _stop(child)

    async def _start(self) -> Child:
        with self._output() as output:
            return await asyncio.create_subprocess_exec(
                *self._command(),
                env=self._environ(),
                stdin=self.tether,
                stdout=output,
                stderr=output,
                pass_fds=[self.listener.fileno()],
                start_new_session=True,
            )

    def _command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "footnote.local.server", "functions_framework.aio:app"),
            *(
                "--lifespan",
                "on",
                "--ws",
                "none",
                "--no-access-log",
                "--fd",
                str(self.listener.fileno()),
            ),
            *("--timeout-keep-alive", "120", "--timeout-graceful-shutdown", "1"),
        ]

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
    """SIGTERM, and after GRACE SIGKILL for it and all that it started."""
    if child.returncode is None:
        child.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), GRACE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    await child.wait()


def _meaning(status: int) -> str:
    return f"status {status}" if status >= 0 else signal.Signals(-status).name
