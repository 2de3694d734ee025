"""The contenders: Footnote, and a LangChain service as published and tuned."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from bench import peer, processes, running
from bench.load.standin import Running
from footnote.evaluation.questions import QuestionSet

FUNCTIONS = Path(__file__).parents[2]
ANSWER = {"FUNCTION_SOURCE": "functions/answer/main.py", "FUNCTION_TARGET": "answer"}
TIMEOUT = 60
TOP_K = 3
INDEX = "load"
"""Prefix of Footnote's."""


@dataclass(frozen=True, slots=True)
class Contender:
    name: str
    url: str
    """Where a question is sent."""
    processes: Mapping[str, int]
    """Their ids, by what each does."""


@dataclass(frozen=True, slots=True)
class Rig:
    """The folder and the Elasticsearch that all contenders use."""

    folder: Path
    elasticsearch: str

    def write(self, documents: QuestionSet) -> None:
        """The documents, as each side reads them; those without a text are left out."""
        documents.documents[:] = [one for one in documents.documents if one["text"].strip()]
        documents.write(self.folder / "bucket")
        (self.folder / "texts").mkdir()
        for number, one in enumerate(documents.documents):
            text = f"{one.get('title', '')}\n\n{one['text']}"
            (self.folder / "texts" / f"{number:06}.txt").write_text(text)

    def settings(self, model: Running) -> dict[str, str]:
        """Footnote's."""
        return {
            "FOOTNOTE_STORE": "elasticsearch",
            "FOOTNOTE_ELASTICSEARCH_URL": self.elasticsearch,
            "FOOTNOTE_INDEX": INDEX,
            "FOOTNOTE_EMBEDDING_BASE_URL": f"{model.url}/v1",
            "FOOTNOTE_EMBEDDING_MODEL": "stand-in",
            "FOOTNOTE_CHAT_BASE_URL": f"{model.url}/v1",
            "FOOTNOTE_CHAT_MODEL": "stand-in",
            "FOOTNOTE_CHUNK_UNIT": "characters",
            "FOOTNOTE_CHUNK_SIZE": "500",
            "FOOTNOTE_CHUNK_OVERLAP": "50",
            "FOOTNOTE_REFUSAL_THRESHOLD": "0",
        }

    def environ(self, model: Running) -> dict[str, str]:
        """LangChain's."""
        return peer.environ(self.elasticsearch, "langchain", model.url)

    def index(self, model: Running) -> None:
        """The documents, on both sides. Raises CalledProcessError."""
        os.environ.update(self.settings(model))
        running.index(self.folder)
        subprocess.run(
            [peer.interpreter(), peer.PROGRAMS / "index.py", self.folder / "texts"],
            env=os.environ | self.environ(model),
            check=True,
            stdout=subprocess.DEVNULL,
        )

    @asynccontextmanager
    async def footnote(self, model: Running, answers: int = 1) -> AsyncIterator[Contender]:
        """embed and retrieve in a process each, and so many of answer at one address."""
        os.environ.update(self.settings(model))
        name = f"Footnote, {_counted(answers)} of answer"
        async with running.functions(self.folder, ("embed", "retrieve")) as (_, urls):
            addresses = {f"FOOTNOTE_{function.upper()}_URL": url for function, url in urls.items()}
            others = processes.functions(psutil.Process())
            environ = {**running.environ(self.folder), **addresses, **ANSWER}
            command = [sys.executable, "-m", "uvicorn", "functions_framework.aio:app", "--ws=none"]
            started = _processes([command] * answers, environ, FUNCTIONS, imports=0.2)
            async with started as (url, pids):
                await _ready(f"{url}/health/readiness")
                found = {name: others[name].pid for name in urls}
                found |= {f"answer {n}": pid for n, pid in enumerate(pids, 1)}
                yield Contender(name, f"{url}/query", found)

    @asynccontextmanager
    async def langchain(
        self, model: Running, name: str, path: str, services: int
    ) -> AsyncIterator[Contender]:
        """So many processes of it, all at one address."""
        command = [peer.interpreter(), "-m", "uvicorn", "service:app"]
        environ = self.environ(model)
        async with _processes([command] * services, environ, peer.PROGRAMS, imports=1) as (url, pids):
            found = {f"{name} {n}": pid for n, pid in enumerate(pids, 1)}
            yield Contender(f"{name}, {_counted(services)}", f"{url}/{path}", found)


@asynccontextmanager
async def _processes(
    commands: Sequence[Sequence[str]], environ: Mapping[str, str], folder: Path, imports: float
) -> AsyncIterator[tuple[str, list[int]]]:
    """The commands, run in the folder, all to serve at one address: its URL, and their ids.

    `imports`: seconds of a processor that each needs at least before it serves.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        host, port = listener.getsockname()
        children = [_service(command, listener, environ, folder) for command in commands]
        try:
            await _imported(children, imports)
            yield f"http://{host}:{port}", [child.pid for child in children]
        finally:
            for child in children:
                child.kill()
                child.wait()


def _service(
    command: Sequence[str], listener: socket.socket, environ: Mapping[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    """A process that answers there."""
    return subprocess.Popen(
        [*command, f"--fd={listener.fileno()}", "--no-access-log", "--log-level=error"],
        cwd=folder,
        env=os.environ | environ,
        pass_fds=[listener.fileno()],
        stderr=subprocess.DEVNULL,
    )


async def _ready(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        response.raise_for_status()


def _counted(processes: int) -> str:
    return f"{processes} process{'es' * (processes > 1)}"


async def _imported(children: list[subprocess.Popen[bytes]], least: float) -> None:
    """Return when each has finished its imports and waits for a question: it no longer uses CPU time."""
    deadline = time.monotonic() + TIMEOUT
    for child in children:
        process, before = psutil.Process(child.pid), -1.0
        while (used := process.cpu_times().user) > before or used < least:
            if time.monotonic() > deadline:
                sys.exit("A service does not start.")
            before = used
            await asyncio.sleep(0.5)
