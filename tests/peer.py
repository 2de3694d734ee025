"""Whoever is at the other end of a call, with answers that a test gives."""

from __future__ import annotations

import asyncio
import json
import re


def success(answer: object) -> bytes:
    return _response(200, answer)


def failure(status: int, message: str, extra: str = "", kind: str = "t") -> bytes:
    return _response(status, {"error": {"type": kind, "message": message}}, extra)


def _response(status: int, answer: object, extra: str = "") -> bytes:
    body = json.dumps(answer).encode()
    return f"HTTP/1.1 {status} X\r\n{extra}content-length: {len(body)}\r\n\r\n".encode() + body


class Peer:
    """A real server on a socket that sends the given answers in turn; an empty one closes instead."""

    def __init__(self, answers: list[bytes], pause: float = 0) -> None:
        self.answers = answers
        self.pause = pause
        """Seconds before each."""
        self.requests: list[bytes] = []
        """Their heads."""
        self.bodies: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        self.requests.append(head)
        self.bodies.append(await reader.readexactly(int(length[1]) if length else 0))
        await asyncio.sleep(self.pause)
        writer.write(self.answers.pop(0))
        writer.close()
        await writer.wait_closed()

    async def __aenter__(self) -> str:
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        await self.server.wait_closed()


class Silent(Peer):
    """Takes requests and never answers."""

    def __init__(self) -> None:
        super().__init__([])
        self.asked = asyncio.Event()
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        self.requests.append(await reader.readuntil(b"\r\n\r\n"))
        self.asked.set()
        await reader.read()
        writer.close()

    async def __aexit__(self, *_: object) -> None:
        for writer in self.writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self.writers), return_exceptions=True)
        await super().__aexit__()
