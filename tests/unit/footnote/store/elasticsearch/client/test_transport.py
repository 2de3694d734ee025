import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from footnote.errors import Unavailable
from footnote.settings import Settings
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.client.transport import MAX_IN_FLIGHT, target
from tests.certificate import self_signed
from tests.unit.footnote.store.elasticsearch.server import Server


async def ask(client: Client) -> object:
    return await client.request("GET", "/")


@pytest.fixture
async def opened(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    """A client with a folder of secrets, and a user in its URL."""
    url = server.url.replace("://", "://someone:p%40ss@")
    client = Client(Settings(elasticsearch_url=url, secrets=tmp_path))
    yield client
    await client.close()


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


async def test_credentials_are_read_for_each_request(
    server: Server, opened: Client, tmp_path: Path
) -> None:
    await ask(opened)
    (tmp_path / "elasticsearch-password").write_text("one\n")
    await ask(opened)
    (tmp_path / "elasticsearch-username").write_text("reader")
    await ask(opened)
    (tmp_path / "elasticsearch-api-key").write_text("a2V5\n")
    await ask(opened)
    sent = [request.headers["authorization"] for request in server.requests]
    expected = [basic("someone", "p@ss"), basic("elastic", "one"), basic("reader", "one")]
    assert sent == [*expected, "ApiKey a2V5"]


async def test_a_connection_the_server_closed_is_replaced_at_once(
    server: Server, client: Client
) -> None:
    await ask(client)
    server.responses = [None]
    assert await ask(client) == {}
    assert (server.connections, len(server.requests)) == (2, 3)


async def test_concurrent_requests_are_limited_and_reuse_connections(
    server: Server, client: Client
) -> None:
    answers = await asyncio.gather(*(ask(client) for _ in range(5 * MAX_IN_FLIGHT)))
    assert answers == [{}] * 5 * MAX_IN_FLIGHT
    assert server.connections <= MAX_IN_FLIGHT


async def test_a_large_response_is_complete(server: Server, client: Client) -> None:
    large = {"texts": ["word " * 1000] * 500}
    server.responses = [(200, large)]
    assert await ask(client) == large


async def test_ids_are_escaped_in_the_path(server: Server, client: Client) -> None:
    await client.request("GET", target("a", "_doc", "../b?x=1#é"))
    assert server.requests[0].line.split()[1] == "/a/_doc/..%2Fb%3Fx%3D1%23%C3%A9"


async def test_the_certificate_is_verified_with_the_configured_ca(tmp_path: Path) -> None:
    server, certificate, key = Server(), *self_signed(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    async with server.serving(tls):
        trusting = Client(Settings(elasticsearch_url=server.url, elasticsearch_ca=certificate))
        assert await ask(trusting) == {}
        await trusting.close()
        with pytest.raises(Unavailable, match=r"certificate verify failed.* FOOTNOTE_ELASTICSEARCH_CA"):
            await ask(Client(Settings(elasticsearch_url=server.url)))
