"""A server that sends given bytes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from footnote.calls.connection import Response
from footnote.calls.connection_pool import ConnectionPool

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
OTHER = b"HTTP/1.1 408 Request Timeout\r\nX-Other: 1\r\nContent-Length: 5\r\n\r\nother"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n"


class Server:
    """Answers each request on its connection with the next of `answers`; None closes the connection."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.url = ""
        self.asked, self.left = asyncio.Event(), asyncio.Event()
        """Set when a request arrives, and when a connection ends."""
        self.writers: list[asyncio.StreamWriter] = []
        self.ends = False
        """Whether it closes the connection after the last answer."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        try:
            while self.answers:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                self.asked.set()
                if (answer := self.answers.pop(0)) is None:
                    return
                writer.write(answer)
            if not self.ends:
                await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self.left.set()

    @property
    def connections(self) -> int:
        """The number of connections so far."""
        return len(self.writers)


@asynccontextmanager
async def serving(*answers: bytes | None) -> AsyncIterator[tuple[Server, ConnectionPool]]:
    behind, connections = Server(*answers), ConnectionPool()
    async with await asyncio.start_server(behind.serve, "127.0.0.1", 0) as server:
        behind.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield behind, connections
        connections.close()


async def get(connections: ConnectionPool, url: str) -> Response:
    return await connections.request("GET", url, {})
