"""A process that parses, as seen by whoever asks it."""

from __future__ import annotations

import json
import os
import socket
import sys
from subprocess import Popen, TimeoutExpired
from typing import TYPE_CHECKING, Any

from functions.ingest.framing import LENGTH, framed

if TYPE_CHECKING:
    import asyncio

FRUGAL = {"MALLOC_ARENA_MAX": "2", "RAYON_NUM_THREADS": "1"}
"""What keeps libraries from reserving address space, which counts as memory, for threads."""


class Worker:
    """It starts when this is made, before there is an event loop or anything to ask.

    Nor does it wait until asyncio is imported: whoever asks imports that.
    """

    def __init__(self) -> None:
        self._socket, its = socket.socketpair()
        with its:
            command = (sys.executable, "-m", "functions.ingest.parsers.process")
            self._process = Popen(
                command, stdin=its.fileno(), stdout=its.fileno(), env=os.environ | FRUGAL
            )
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Raises IncompleteReadError or ConnectionError when the process ends instead."""
        import asyncio

        if self._streams is None:
            self._streams = await asyncio.open_connection(sock=self._socket)
        reader, writer = self._streams
        writer.write(framed(request))
        head = await reader.readexactly(LENGTH.size)
        return dict(json.loads(await reader.readexactly(LENGTH.unpack(head)[0])))

    async def end(self) -> int:
        """How the process ended: by itself if it had, or because it is stopped now."""
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
