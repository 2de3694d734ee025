"""A pool of HTTP/1.1 connections to the other functions, to Elasticsearch and to model endpoints."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from footnote.calls.backoff import CONNECT_BACKOFF
from footnote.calls.connection import (
    ConnectError,
    Connection,
    Response,
    encode_request,
    open_connection,
)
from footnote.calls.proxy import proxy_of
from footnote.calls.retries import with_retries


class ConnectionPool:
    """Keeps idle connections by origin and reuses the one that was used last."""

    def __init__(
        self,
        ca: Path | None = None,
        backoff: Iterable[float] = CONNECT_BACKOFF,
        *,
        proxied: bool = False,
    ) -> None:
        """`ca`: certificates that verify https servers; by default those that the machine trusts.

        `backoff`: the longest wait, in seconds, before each further attempt to open a connection.
        `proxied`: whether https servers are reached through the environment's proxy, if it names one.
        """
        self._ca = ca
        self.backoff = backoff
        self._proxied = proxied
        self._idle: dict[str, list[Connection]] = {}

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Response:
        """The response to a request that is safe to repeat. Redirects are not followed.

        The request is sent again over a new connection when the pooled one turns out to be closed or
        lost. When the caller gives up waiting on a pooled connection, older idle ones to the same origin
        are closed, too.

        Raises ConnectError when no connection can be opened, OSError when one fails or breaks off, and
        ValueError when what comes is not HTTP.
        """
        to = urlsplit(url)
        request = encode_request(method, to, headers, body)
        if pooled := self._take_idle(to):
            with suppress(ConnectionError), self._closing_idle_on_cancel(to):
                return await self._exchange(pooled, to, request)
        return await self._exchange(await self._open(to), to, request)

    def close(self) -> None:
        """Close the idle connections."""
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    async def _open(self, to: SplitResult) -> Connection:
        tls = _tls_context(self._ca) if to.scheme == "https" else None
        via = proxy_of(to) if self._proxied else None
        return await with_retries(lambda: open_connection(to, tls, via), self.backoff, on=ConnectError)

    async def _exchange(self, connection: Connection, to: SplitResult, request: bytes) -> Response:
        response = await connection.exchange(request)
        if connection.is_open:
            self._idle.setdefault(_origin(to), []).append(connection)
        return response

    @contextmanager
    def _closing_idle_on_cancel(self, to: SplitResult) -> Iterator[None]:
        """When the block is cancelled, close the idle connections that were not used since it began:
        connections to one host are often lost together, and none is reported as lost."""
        began = time.monotonic()
        try:
            yield
        except asyncio.CancelledError:
            for connection in self._idle.get(_origin(to), []):
                if connection.last_used < began:
                    connection.close()
            raise

    def _take_idle(self, to: SplitResult) -> Connection | None:
        """The connection that was used last, so that those no longer needed reach their timeout."""
        idle = self._idle.get(_origin(to), [])
        while idle:
            connection = idle.pop()
            if connection.is_fresh():
                return connection
            connection.close()
        return None


def _tls_context(ca: Path | None) -> ssl.SSLContext:
    return _load_tls_context(ca, ca.stat().st_mtime_ns if ca else 0)


@lru_cache(maxsize=2)
def _load_tls_context(ca: Path | None, modified: int) -> ssl.SSLContext:
    """Cached by the file's modification time, so that a renewed certificate is read."""
    return ssl.create_default_context(cafile=ca)


def _origin(to: SplitResult) -> str:
    return f"{to.scheme}://{to.netloc}"
