"""A server in Elasticsearch's place, which answers as a test says and notes what it was asked."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    line: str
    headers: dict[str, str]
    body: bytes


class Server:
    """Answers every request with the next of `answers`, and with 200 and {} when there are no more.

    An answer is a status, a status and a body, or None: then the connection is closed instead. While
    it is `silent` it takes requests and answers none.
    """

    def __init__(self) -> None:
        self.answers: list[int | tuple[int, Any] | None] = []
        self.asked: list[Asked] = []
        self.connections = 0
        self.silent = False
        self.url = ""

    @asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[None]:
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls) as server:
            port = server.sockets[0].getsockname()[1]
            self.url = f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
            yield

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                self.asked.append(await _read(reader))
                if self.silent:
                    continue
                answer = self.answers.pop(0) if self.answers else 200
                if answer is None:
                    return
                status, body = answer if isinstance(answer, tuple) else (answer, {})
                writer.write(_response(status, json.dumps(body).encode()))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in head[1:] if line)
    return Asked(head[0], headers, await reader.readexactly(int(headers.get("content-length", 0))))


def _response(status: int, body: bytes) -> bytes:
    """In two chunks, as a large answer comes in many."""
    head = f"HTTP/1.1 {status} X\r\nx-elastic-product: Elasticsearch\r\n"
    head += "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    middle = len(body) // 2
    chunks = b"".join(
        f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (body[:middle], body[middle:], b"")
    )
    return head.encode() + chunks
