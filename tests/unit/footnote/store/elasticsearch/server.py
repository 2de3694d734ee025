"""A fake Elasticsearch server that sends prepared responses and records its requests."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    line: str
    headers: dict[str, str]
    body: bytes


class Server:
    """Sends the next of `responses` to each request, and 200 with {} when there are no more.

    A response is a status, a status and a body, or None, which closes the connection instead. While
    `hangs` is set, requests get no response.
    """

    def __init__(self) -> None:
        self.responses: list[int | tuple[int, Any] | None] = []
        self.requests: list[Request] = []
        self.connections = 0
        self.hangs = False
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
                self.requests.append(await _read(reader))
                if self.hangs:
                    continue
                response = self.responses.pop(0) if self.responses else 200
                if response is None:
                    return
                status, body = response if isinstance(response, tuple) else (response, {})
                writer.write(_response(status, json.dumps(body).encode()))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in head[1:] if line)
    return Request(head[0], headers, await reader.readexactly(int(headers.get("content-length", 0))))


def _response(status: int, body: bytes) -> bytes:
    """In two chunks, as a large response comes in many."""
    head = f"HTTP/1.1 {status} X\r\nx-elastic-product: Elasticsearch\r\n"
    head += "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    middle = len(body) // 2
    chunks = b"".join(
        f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (body[:middle], body[middle:], b"")
    )
    return head.encode() + chunks
