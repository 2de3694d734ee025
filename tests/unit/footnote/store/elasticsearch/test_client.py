"""The client against a server that is overloaded, silent or gone."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from footnote.errors import Unavailable
from footnote.settings import Settings
from footnote.store.elasticsearch.client import PAUSES, Client

ATTEMPTS = len(PAUSES) + 1


class Server:
    """Answers every request with the next of `statuses`, and 200 when there are no more."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.requests = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.requests += 1
        status = self.statuses.pop(0) if self.statuses else 200
        head = f"HTTP/1.1 {status} X\r\nx-elastic-product: Elasticsearch\r\nconnection: close\r\n"
        head += "content-type: application/json\r\ncontent-length: 2\r\n\r\n"
        writer.write(head.encode() + b"{}")
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    socket = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{socket.sockets[0].getsockname()[1]}"
    yield server
    socket.close()
    await socket.wait_closed()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    client = Client(Settings(elasticsearch_url=server.url))
    yield client
    await client.close()


async def ask(client: Client) -> object:
    return await client(lambda elasticsearch: elasticsearch.get(index="a", id="b"))


@pytest.mark.parametrize("status", [429, 503])
async def test_what_passes_soon_is_not_noticed(server: Server, client: Client, status: int) -> None:
    server.statuses = [status] * len(PAUSES)
    assert await ask(client) == {}


async def test_an_overloaded_server_is_asked_a_few_times_and_no_more(
    server: Server, client: Client
) -> None:
    server.statuses = [429] * 100
    with pytest.raises(Unavailable, match="cannot answer now"):
        await ask(client)
    assert server.requests == ATTEMPTS


async def test_one_that_stays_overloaded_is_left_alone_for_a_moment(
    server: Server, client: Client
) -> None:
    server.statuses = [429] * 1000
    outcomes = await asyncio.gather(*(ask(client) for _ in range(5)), return_exceptions=True)
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes)
    asked = server.requests
    for _ in range(50):
        with pytest.raises(Unavailable, match="given a pause") as refused:
            await ask(client)
    assert server.requests == asked
    assert refused.value.retry_after


async def test_nobody_there_is_unavailable() -> None:
    client = Client(Settings(elasticsearch_url="http://127.0.0.1:9"))
    with pytest.raises(Unavailable, match="cannot be reached"):
        await ask(client)
    await client.close()


async def test_a_request_that_is_wrong_is_sent_once(server: Server, client: Client) -> None:
    server.statuses = [400]
    with pytest.raises(Exception, match="400"):
        await ask(client)
    assert server.requests == 1
