"""A proxy between a function and a dependency that is slow or cut off at times."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from typing import Literal

Mode = Literal["normal", "slow", "cut"]

BUFFER = 65_536
MAX_DELAY = 0.3
"""Seconds that a slow proxy delays each buffer."""


class FaultyProxy:
    """A context manager that runs a TCP proxy in front of a server at `port`."""

    def __init__(self, name: str, port: int, dice: random.Random, counts: Counter[str]) -> None:
        self.name = name
        self.mode: Mode = "normal"
        self._port = port
        self._dice = dice
        self._counts = counts
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> FaultyProxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._cut()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def inject_faults(self, normal: float, fault: float, until: float) -> None:
        """Alternate between normal operation and a fault, for about that many seconds each."""
        while time.monotonic() < until:
            await asyncio.sleep(self._dice.uniform(0.5, 1.5) * normal)
            self.mode = self._dice.choice(["slow", "cut"])
            self._counts[f"fault: {self.name} {self.mode}"] += 1
            if self.mode == "cut":
                self._cut()
            await asyncio.sleep(self._dice.uniform(0.5, 1.5) * fault)
            self.mode = "normal"

    def _cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if self.mode != "cut":
                server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._port)
                self._open.add(server_writer)
                await asyncio.gather(
                    self._copy(reader, server_writer), self._copy(server_reader, writer)
                )
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(BUFFER):
                if self.mode == "slow":
                    await asyncio.sleep(self._dice.uniform(0, MAX_DELAY))
                writer.write(data)
                await writer.drain()
        self._open.discard(writer)
        writer.close()
