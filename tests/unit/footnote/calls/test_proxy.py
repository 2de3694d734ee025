from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from footnote.calls.connection import ConnectError
from footnote.calls.connection_pool import ConnectionPool
from footnote.calls.model_client import ModelClient
from footnote.errors import Unavailable
from footnote.settings import Settings
from tests.certificate import self_signed
from tests.proxy import Proxy, running_proxy
from tests.unit.footnote.calls.server import Server, get

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    async with running_proxy(monkeypatch) as running:
        yield running


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[tuple[str, Path]]:
    """The URL of an https server, and the certificate that verifies it."""
    certificate, key = self_signed(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    behind = Server(OK, OK)
    async with await asyncio.start_server(behind.serve, "127.0.0.1", 0, ssl=tls) as server:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}", certificate


async def test_requests_go_through_a_tunnel_that_is_kept(proxy: Proxy, site: tuple[str, Path]) -> None:
    url, certificate = site
    pool = ConnectionPool(certificate, proxied=True)
    for _ in range(2):
        assert bytes((await get(pool, url)).body) == b"ok"
    pool.close()
    (request,) = proxy.requests
    assert request.startswith(f"CONNECT {url.removeprefix('https://')} HTTP/1.1\r\n")
    assert "\r\nProxy-Authorization: Basic dXNAZXI6c2VjcmV0\r\n" in request


async def test_the_certificate_of_the_server_is_verified_through_the_tunnel(
    proxy: Proxy, site: tuple[str, Path]
) -> None:
    with pytest.raises(ssl.SSLError, match="certificate verify failed"):
        await get(ConnectionPool(proxied=True), site[0])
    assert proxy.requests


@pytest.mark.parametrize(
    ("no_proxy", "proxied"), [("localhost", True), (".example.com,localhost", True), ("", False)]
)
async def test_the_proxy_is_left_out_where_it_is_not_wanted(
    proxy: Proxy,
    site: tuple[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    no_proxy: str,
    proxied: bool,
) -> None:
    monkeypatch.setenv("NO_PROXY", no_proxy)
    pool = ConnectionPool(site[1], proxied=proxied)
    assert (await get(pool, site[0])).status == 200
    pool.close()
    assert not proxy.requests


async def test_the_proxy_may_be_named_without_its_scheme(
    proxy: Proxy, site: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", os.environ["HTTPS_PROXY"].removeprefix("http://"))
    pool = ConnectionPool(site[1], proxied=True)
    assert (await get(pool, site[0])).status == 200
    pool.close()
    assert proxy.requests


async def test_what_the_proxy_answers_is_the_reason_that_no_connection_is_opened(proxy: Proxy) -> None:
    proxy.refusal = "407 Proxy Authentication Required"
    with pytest.raises(ConnectError, match="the proxy answered 407 Proxy Authentication Required"):
        await get(ConnectionPool(backoff=(), proxied=True), "https://models.example.com")


async def test_the_endpoints_of_models_are_reached_through_the_proxy(proxy: Proxy) -> None:
    proxy.refusal = "403 Forbidden"
    url, settings = "https://models.example.com/v1", Settings()
    client = ModelClient("embedding", url, "/embeddings", settings, timeout=5, backoff=())
    with pytest.raises(Unavailable, match="cannot be reached: the proxy answered 403 Forbidden"):
        await client({}, lambda body: body)
    assert "CONNECT models.example.com:443 " in proxy.requests[0]
