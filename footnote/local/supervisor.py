"""Runs the functions as processes that know each other's addresses."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from footnote.bucket import Bucket
from footnote.bucket.folder import Folder
from footnote.errors import Misconfigured, Unavailable, error_message, error_type
from footnote.local.function_log import last_error, rotated_log
from footnote.local.listeners import function_listener, url_of
from footnote.local.process import FunctionProcess
from footnote.settings import PREFIX, Settings

if TYPE_CHECKING:
    import aiohttp

FUNCTIONS_FOLDER = Path(__file__).parents[2] / "functions"
FUNCTION_NAMES = ("embed", "retrieve", "answer", "ingest")
READY_TIMEOUT = 60
"""Seconds that a function may take to become ready."""


class Supervisor:
    """Running functions, each restarted when it dies."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self.urls: dict[str, str] = {}
        """URL of each function, by its name."""
        self._report = report
        self._processes: list[FunctionProcess] = []
        self._ready: set[str] = set()
        self._failed: dict[str, str] = {}

    @classmethod
    @asynccontextmanager
    async def running(
        cls,
        names: Iterable[str],
        environ: Mapping[str, str],
        logs: Path,
        report: Callable[[str], None],
        *,
        port: int = 0,
        functions: Path = FUNCTIONS_FOLDER,
    ) -> AsyncIterator[Self]:
        """Run the functions `names` while the block runs, and leave no process behind.

        `answer` listens on `port`, the others on their default ports if these are free; with port 0 all
        take any free port. `report` gets a sentence for each exit and each failed restart of a function
        that was ready. Raises Misconfigured when `port` is taken or a log cannot be written.
        """
        supervisor = cls(report)
        with ExitStack() as stack:
            listeners = {name: stack.enter_context(function_listener(name, port)) for name in names}
            supervisor.urls = {name: url_of(each) for name, each in listeners.items()}
            urls = {PREFIX + name.upper(): url for name, url in supervisor.url_settings.items()}
            parent_pipe = _parent_pipe(stack)
            supervisor._processes = [
                FunctionProcess(
                    name,
                    functions / name / "main.py",
                    each,
                    parent_pipe,
                    {**environ, **urls},
                    rotated_log(logs / f"{name}.log"),
                    supervisor._on_exit,
                )
                for name, each in listeners.items()
            ]
            async with _supervised(supervisor._processes):
                yield supervisor

    @property
    def url_settings(self) -> dict[str, str]:
        """The settings with the URLs of the functions, such as `embed_url`."""
        return {f"{name}_url": url for name, url in self.urls.items()}

    async def wait_until_ready(self) -> None:
        """Raises Unavailable when a function does not become ready, and Misconfigured as soon as one
        reports a failure that is permanent."""
        import aiohttp

        async with aiohttp.ClientSession() as session:
            await asyncio.gather(*(self._wait_for(process, session) for process in self._processes))

    async def _wait_for(self, process: FunctionProcess, session: aiohttp.ClientSession) -> None:
        deadline = time.monotonic() + READY_TIMEOUT
        while reason := await _not_ready_reason(process, session):
            if process.name in self._failed:
                raise Unavailable(f"{process.name} did not start: {self._failed[process.name]}")
            if time.monotonic() > deadline:
                raise Unavailable(f"{process.name} is not ready after {READY_TIMEOUT} s: {reason}")
            await asyncio.sleep(0.05)
        self._ready.add(process.name)

    def _on_exit(self, process: FunctionProcess, cause: str) -> None:
        if process.name in self._ready:
            self._report(f"{process.name} {cause} and is being restarted; see {process.log}")
        else:
            self._failed[process.name] = f"{last_error(process.log)} ({cause}; see {process.log})"


def function_environ(settings: Settings, bucket: Bucket) -> dict[str, str]:
    """The environment of the functions: this process's, and the settings with absolute paths."""
    given = {name: getattr(settings, name) for name in settings.model_fields_set}
    given["state"] = settings.state.resolve()
    if isinstance(bucket, Folder):
        given["bucket"] = bucket.name
        # Without authentication, whoever can ask can write to the folder as well.
        given.setdefault("uploads", settings.auth == "off")
    return {**os.environ, **{PREFIX + name.upper(): str(value) for name, value in given.items()}}


def _parent_pipe(stack: ExitStack) -> int:
    """The read end of a pipe that is closed as soon as this process exits."""
    read_end, write_end = os.pipe()
    stack.callback(os.close, read_end)
    stack.callback(os.close, write_end)
    return read_end


@asynccontextmanager
async def _supervised(processes: Iterable[FunctionProcess]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(process.run()) for process in processes]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _not_ready_reason(process: FunctionProcess, session: aiohttp.ClientSession) -> str:
    """Why the function is not ready; "" when it is. Raises Misconfigured when it never will be."""
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=5)
    try:
        async with session.get(process.url + "/health/readiness", timeout=timeout) as response:
            return "" if response.ok else _reason(process.name, await response.read())
    except (aiohttp.ClientError, TimeoutError) as error:
        return str(error) or "it does not answer"


def _reason(name: str, body: bytes) -> str:
    if error_type(body) == Misconfigured.type:
        raise Misconfigured(f"{name} is misconfigured: {error_message(body)}")
    return error_message(body)
