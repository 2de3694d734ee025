"""A company's proxy, which every https request has to go through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest


class Proxy:
    """Opens a tunnel to any port of this machine, unless it has another status to answer with."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.refusal = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(request)
        if self.refusal:
            writer.write(f"HTTP/1.1 {self.refusal}\r\n\r\n".encode())
            writer.close()
            return
        port = int(request.split()[1].rpartition(":")[2])
        there, back = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n")
        await asyncio.gather(copy(reader, back), copy(there, writer))


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
    except ConnectionError:
        pass
    finally:
        writer.close()


@asynccontextmanager
async def running_proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """A proxy that asks for a password and that HTTPS_PROXY names."""
    running = Proxy()
    async with await asyncio.start_server(running.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for name in ("https_proxy", "no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", f"http://us%40er:secret@127.0.0.1:{port}")
        yield running
