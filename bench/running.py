"""Footnote itself, run for a benchmark in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from footnote.local.supervisor import Supervisor


def environ(folder: Path) -> dict[str, str]:
    """The settings that keep everything in `folder`: the bucket, the index and the logs."""
    return {"FOOTNOTE_STATE": str(folder / "state"), "FOOTNOTE_BUCKET": str(folder / "bucket")}


def index(folder: Path, **settings: str) -> None:
    """Index the folder's bucket. Raises CalledProcessError when a document fails."""
    command = [str(Path(sys.executable).with_name("footnote")), "ingest", str(folder / "bucket")]
    subprocess.run(
        command, env={**os.environ, **environ(folder), **settings}, check=True, stdout=sys.stderr
    )


@asynccontextmanager
async def functions(
    folder: Path, names: Iterable[str], **settings: str
) -> AsyncIterator[tuple[aiohttp.ClientSession, dict[str, str]]]:
    """The functions `names`, ready: a session to ask them with, and the address of each."""
    environment = {**os.environ, **environ(folder), **settings}
    async with (
        aiohttp.ClientSession() as session,
        Supervisor.running(tuple(names), environment, folder / "logs", print) as supervisor,
    ):
        await supervisor.wait_until_ready()
        yield session, supervisor.urls
