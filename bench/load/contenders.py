"""Who is asked: Footnote, and a chain of LangChain's as it was published and as good as it gets."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench import environments, running
from bench.load.standin import Running
from footnote.evaluation.questions import QuestionSet

LANGCHAIN = Path(__file__).parent / "langchain"
PATIENCE = 60
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
class Place:
    """Where all is kept, and what everybody asks."""

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
        return {
            "ELASTICSEARCH_URL": self.elasticsearch,
            "INDEX": "langchain",
            "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": f"{model.url}/v1",
        }

    def index(self, model: Running) -> None:
        """The documents, on both sides. Raises CalledProcessError."""
        os.environ.update(self.settings(model))
        running.index(self.folder)
        subprocess.run(
            [_langchain(), LANGCHAIN / "index.py", self.folder / "texts"],
            env=os.environ | self.environ(model),
            check=True,
            stdout=subprocess.DEVNULL,
        )

    @asynccontextmanager
    async def footnote(self, model: Running) -> AsyncIterator[Contender]:
        os.environ.update(self.settings(model))
        names = ("embed", "retrieve", "answer")
        async with running.functions(self.folder, names) as (_, urls):
            processes = {
                child.environ().get("FUNCTION_TARGET", ""): child.pid
                for child in psutil.Process().children(recursive=True)
            }
            yield Contender(
                "Footnote", f"{urls['answer']}/query", {name: processes[name] for name in names}
            )

    @asynccontextmanager
    async def langchain(
        self, model: Running, name: str, path: str, processes: int
    ) -> AsyncIterator[Contender]:
        """So many processes of it, all at one address."""
        with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
            address = listener.getsockname()
            children = [_service(listener, self.environ(model)) for _ in range(processes)]
            try:
                await _imported(children)
                pids = {f"{name} {n}": child.pid for n, child in enumerate(children, 1)}
                yield Contender(name, f"http://{address[0]}:{address[1]}/{path}", pids)
            finally:
                for child in children:
                    child.kill()
                    child.wait()


def _service(listener: socket.socket, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A process that answers there."""
    command = [_langchain(), "-m", "uvicorn", "service:app", f"--fd={listener.fileno()}"]
    return subprocess.Popen(
        [*command, "--no-access-log", "--log-level=error"],
        cwd=LANGCHAIN,
        env=os.environ | environ,
        pass_fds=[listener.fileno()],
    )


async def _imported(children: list[subprocess.Popen[bytes]]) -> None:
    """Return when each has stopped working: what it imports it has, and waits for a question."""
    deadline = time.monotonic() + PATIENCE
    for child in children:
        process, before = psutil.Process(child.pid), -1.0
        while (used := process.cpu_times().user) > before or used < 1:
            if time.monotonic() > deadline:
                sys.exit("LangChain's service does not start.")
            before = used
            await asyncio.sleep(0.5)


def _langchain() -> str:
    return environments.python("langchain", LANGCHAIN / "requirements.txt")
