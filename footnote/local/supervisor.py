"""The functions as processes that know each other."""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from footnote.errors import Misconfigured, Unavailable, message_of, type_of
from footnote.local.listeners import listener, url
from footnote.local.process import Process
from footnote.settings import PREFIX

if TYPE_CHECKING:
    import aiohttp

FUNCTIONS = Path(__file__).parents[2] / "functions"
NAMES = ("embed", "retrieve", "answer", "ingest")
EXCEPTION = re.compile(r"([a-z_]\w*\.)*[A-Z]\w*[a-z]: (?P<message>.+)")
"""The last line of a traceback."""
MISCONFIGURED = Misconfigured("").type
PATIENCE = 60
"""Seconds until a function that does not get ready is given up."""


class Supervisor:
    """Functions that run."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self.urls: dict[str, str] = {}
        """The address of each, by its name."""
        self._report = report
        self._processes: list[Process] = []
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
        functions: Path = FUNCTIONS,
    ) -> AsyncIterator[Self]:
        """Run the functions `names` while the block runs, and leave no process behind.

        `answer` listens on `port`, the others on their usual ports where these are free; with port 0 all
        take any. `report` gets a sentence for each death of a function that was ready, and each
        start of it that failed. Raises Misconfigured when `port` is taken.
        """
        supervisor = cls(report)
        with ExitStack() as stack:
            listeners = {name: stack.enter_context(listener(name, port)) for name in names}
            supervisor.urls = {name: url(each) for name, each in listeners.items()}
            told = {PREFIX + name.upper(): url for name, url in supervisor.settings.items()}
            tether = _tether(stack)
            supervisor._processes = [
                Process(
                    name,
                    functions / name / "main.py",
                    each,
                    tether,
                    {**environ, **told},
                    _fresh(logs / f"{name}.log"),
                    supervisor._died,
                )
                for name, each in listeners.items()
            ]
            async with _kept_running(supervisor._processes):
                yield supervisor

    @property
    def settings(self) -> dict[str, str]:
        """What others must be told to reach the functions, such as `embed_url`."""
        return {f"{name}_url": url for name, url in self.urls.items()}

    async def ready(self) -> None:
        """Return when every function is ready. Raises Unavailable with the reason when one is not, and
        Misconfigured at once for one that no waiting mends."""
        import aiohttp

        async with aiohttp.ClientSession() as session:
            await asyncio.gather(*(self._wait(process, session) for process in self._processes))

    async def _wait(self, process: Process, session: aiohttp.ClientSession) -> None:
        deadline = time.monotonic() + PATIENCE
        while reason := await _unready(process, session):
            if process.name in self._failed:
                raise Unavailable(f"{process.name} does not start: {self._failed[process.name]}")
            if time.monotonic() > deadline:
                raise Unavailable(f"{process.name} is not ready after {PATIENCE} s: {reason}")
            await asyncio.sleep(0.05)
        self._ready.add(process.name)

    def _died(self, process: Process, cause: str) -> None:
        if process.name in self._ready:
            self._report(f"{process.name} {cause} and is started again; see {process.log}")
        else:
            self._failed[process.name] = f"{_last_words(process.log)} ({cause}; see {process.log})"


def _tether(stack: ExitStack) -> int:
    """The end of a pipe that has an end itself as soon as this process has one."""
    for_children, held = os.pipe()
    stack.callback(os.close, for_children)
    stack.callback(os.close, held)
    return for_children


def _fresh(log: Path) -> Path:
    """The file, not there yet: what the run before this one wrote is kept beside it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        log.replace(log.with_suffix(".log.1"))
    return log


@asynccontextmanager
async def _kept_running(processes: Iterable[Process]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(process.run()) for process in processes]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _unready(process: Process, session: aiohttp.ClientSession) -> str:
    """Why the function is not ready; "" when it is. Raises Misconfigured where it never will be."""
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=5)
    try:
        async with session.get(process.url + "/health/readiness", timeout=timeout) as response:
            return "" if response.ok else _reason(process.name, await response.read())
    except (aiohttp.ClientError, TimeoutError) as error:
        return str(error) or "it does not answer"


def _reason(name: str, body: bytes) -> str:
    if type_of(body) == MISCONFIGURED:
        raise Misconfigured(f"{name} cannot work: {message_of(body)}")
    return message_of(body)


def _last_words(log: Path) -> str:
    """What the end of a log says went wrong."""
    lines = list[str]()
    with suppress(OSError):
        lines = log.read_text(errors="replace").splitlines()[-50:]
    said = [words for line in lines if (words := _raised(line))] or lines or ["it wrote nothing"]
    return said[-1]


def _raised(line: str) -> str:
    """The message of the exception that a line of a log ends with, "" where there is none."""
    with suppress(ValueError, KeyError, TypeError):
        told = json.loads(line)
        if told.get("error") == MISCONFIGURED:
            return str(told.get("reason") or told["message"])
        line = str(told["exception"]).strip().splitlines()[-1]
    found = EXCEPTION.match(line)
    return found["message"] if found else ""
