"""What lies between a function and what it depends on: slow at times, and at times cut off."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from typing import Literal

Sky = Literal["fair", "slow", "cut"]

PART = 65_536
SLOW = 0.3
"""Seconds at most that a part of a slow answer takes."""


class Weather:
    """A proxy of bytes in front of a server at `port`, while it is entered."""

    def __init__(self, name: str, port: int, dice: random.Random, counts: Counter[str]) -> None:
        self.name = name
        self.sky: Sky = "fair"
        self._port = port
        self._dice = dice
        self._counts = counts
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Weather:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._cut()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def change(self, fair: float, foul: float, until: float) -> None:
        """Fair and foul in turn, each for so many seconds or some more or less."""
        while time.monotonic() < until:
            await asyncio.sleep(self._dice.uniform(0.5, 1.5) * fair)
            self.sky = self._dice.choice(["slow", "cut"])
            self._counts[f"fault: {self.name} {self.sky}"] += 1
            if self.sky == "cut":
                self._cut()
            await asyncio.sleep(self._dice.uniform(0.5, 1.5) * foul)
            self.sky = "fair"

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
            if self.sky != "cut":
                there, back = await asyncio.open_connection("127.0.0.1", self._port)
                self._open.add(back)
                await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while part := await reader.read(PART):
                if self.sky == "slow":
                    await asyncio.sleep(self._dice.uniform(0, SLOW))
                writer.write(part)
                await writer.drain()
        self._open.discard(writer)
        writer.close()
