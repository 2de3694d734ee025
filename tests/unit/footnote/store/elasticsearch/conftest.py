from collections.abc import AsyncIterator

import pytest

from footnote.settings import Settings
from footnote.store.elasticsearch.client import Client
from tests.unit.footnote.store.elasticsearch.server import Server


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    async with server.serving():
        yield server


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    client = Client(Settings(elasticsearch_url=server.url))
    yield client
    await client.close()
