"""Tunnels to https servers through the proxy that HTTPS_PROXY names and NO_PROXY limits."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Proxy:
    host: str
    port: int
    headers: dict[str, str]
    """Those of a request for a tunnel. The URL has no password, since errors repeat it."""

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


def proxy_of(url: SplitResult) -> Proxy | None:
    """The proxy to reach an https URL through, if there is one."""
    if url.scheme != "https" or not (os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")):
        return None
    from urllib.request import getproxies_environment, proxy_bypass

    if proxy_bypass(url.netloc):
        return None
    given = getproxies_environment()["https"]
    proxy = urlsplit(given if "://" in given else f"http://{given}")
    return Proxy(proxy.hostname or "", proxy.port or 80, _authorization(proxy))


def _authorization(proxy: SplitResult) -> dict[str, str]:
    if not proxy.username:
        return {}
    from base64 import b64encode

    user = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(user.encode()).decode()}"}


async def open_tunnel(proxy: Proxy, host: str, port: int) -> asyncio.Transport:
    """A connection through the proxy to the host. Raises OSError when the proxy does not open one."""
    loop = asyncio.get_running_loop()
    opened: asyncio.Future[None] = loop.create_future()
    transport, _ = await loop.create_connection(lambda: _Tunnel(opened), proxy.host, proxy.port)
    headers = {"Host": f"{host}:{port}", **proxy.headers}
    lines = [f"CONNECT {host}:{port} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
    transport.write("\r\n".join([*lines, "", ""]).encode())
    try:
        await opened
    except BaseException:
        transport.abort()
        raise
    return transport


class _Tunnel(asyncio.Protocol):
    """Reads the proxy's response."""

    def __init__(self, opened: asyncio.Future[None]) -> None:
        self._opened = opened
        self._head = b""

    def data_received(self, data: bytes) -> None:
        self._head += data
        if b"\r\n\r\n" not in self._head or self._opened.done():
            return
        status = self._head.partition(b"\r\n")[0].decode("latin-1").partition(" ")[2]
        if status.startswith("200"):
            self._opened.set_result(None)
        else:
            self._opened.set_exception(OSError(f"the proxy answered {status}"))

    def connection_lost(self, error: Exception | None) -> None:
        if not self._opened.done():
            self._opened.set_exception(OSError("the proxy closed the connection"))
