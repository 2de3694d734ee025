"""A worker process, as its parent sees it: `process` is what runs in it."""

from __future__ import annotations

import json
import os
import socket
import sys
from subprocess import Popen, TimeoutExpired
from typing import TYPE_CHECKING, Any

from functions.ingest.workers.framing import HEADER, frame

if TYPE_CHECKING:
    import asyncio

ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "RAYON_NUM_THREADS": "1"}
"""Keeps libraries from reserving address space, which counts as memory here, for threads."""


class Worker:
    """The process starts with the constructor, which needs neither an event loop nor asyncio."""

    def __init__(self) -> None:
        self._socket, child_socket = socket.socketpair()
        with child_socket:
            command = (sys.executable, "-m", "functions.ingest.workers.process")
            self._process = Popen(
                command,
                stdin=child_socket.fileno(),
                stdout=child_socket.fileno(),
                env=os.environ | ENVIRONMENT,
            )
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, message: dict[str, Any]) -> dict[str, Any]:
        """The reply. Raises IncompleteReadError or ConnectionError when the process exits instead."""
        import asyncio

        if self._streams is None:
            self._streams = await asyncio.open_connection(sock=self._socket)
        reader, writer = self._streams
        writer.write(frame(message))
        header = await reader.readexactly(HEADER.size)
        return dict(json.loads(await reader.readexactly(HEADER.unpack(header)[0])))

    async def stop(self) -> int:
        """The exit status. A process that does not exit within a second of its input's end is killed."""
        import asyncio

        if self._streams is None:
            self._socket.close()
        else:
            self._streams[1].close()
        try:
            return await asyncio.to_thread(self._process.wait, 1)
        except TimeoutExpired:
            self._process.kill()
            return await asyncio.to_thread(self._process.wait)
