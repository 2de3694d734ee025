"""HTTP/1.1 connections to the other functions and to Elasticsearch, kept open between requests.

The parser is the one that the server has loaded anyway. An HTTP client library takes half as long to
import as a bare function takes to start, and every cold start would wait for it.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import cast
from urllib.parse import SplitResult, quote, urlsplit

import httptools

from footnote.calls import tcp_timeouts
from footnote.calls.backoff import CONNECT_BACKOFF

PLAIN = "/?:@!$&'()*+,;=%"
"""What stands in a path or query as it is, besides letters and digits."""
IDLE = 75
"""Seconds a connection is kept without a request; the functions themselves keep it for 120."""
FINAL = 200
"""Lowest status of a response; after an interim one, such as 103, it is still to come."""


@dataclass(slots=True)
class Response:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    """By name in lower case."""
    body: bytearray = field(default_factory=bytearray)


class ConnectError(OSError):
    """No connection could be opened, and that was tried several times."""


class ConnectionPool:
    """Open connections, by where they lead. Each carries one request at a time."""

    def __init__(self, ca: Path | None = None, backoff: Iterable[float] = CONNECT_BACKOFF) -> None:
        """`ca` verifies whoever is asked by https; by default it is whom the machine trusts.

        `backoff`: seconds at most before each further try to open a connection that was refused.
        """
        self._ca = ca
        self.backoff = backoff
        self._idle: dict[str, list[Connection]] = {}

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Response:
        """The response to a request that is safe to repeat, redirects not followed.

        It is sent again, by a new connection, where the one that was kept is closed or lost.
        Where that one is silent until the request is given up, no other that was kept so long is used.

        Raises ConnectError when none can be opened, OSError when one fails or breaks off, and ValueError
        when what comes is not HTTP.
        """
        to = urlsplit(url)
        request = _encoded(method, to, headers, body)
        if kept := self._take(to):
            with suppress(ConnectionError), self._suspected(to):
                return await self._exchange(kept, to, request)
        return await self._exchange(await self._opened(to), to, request)

    async def _opened(self, to: SplitResult) -> Connection:
        for pause in self.backoff:
            try:
                return await _open(to, self._ca)
            except ConnectError:
                await asyncio.sleep(random.uniform(pause / 2, pause))
        return await _open(to, self._ca)

    async def _exchange(self, connection: Connection, to: SplitResult, request: bytes) -> Response:
        response = await connection.exchange(request)
        if connection.is_open:
            self._idle.setdefault(_origin(to), []).append(connection)
        return response

    def close(self) -> None:
        """Close what is idle."""
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    @contextmanager
    def _suspected(self, to: SplitResult) -> Iterator[None]:
        """Connections to one place are often lost together, and none says so: where the block is given
        up, those are closed that were not used since it began."""
        began = time.monotonic()
        try:
            yield
        except asyncio.CancelledError:
            for connection in self._idle.get(_origin(to), []):
                if connection.used < began:
                    connection.close()
            raise

    def _take(self, to: SplitResult) -> Connection | None:
        """The connection used last, that those no longer needed grow old."""
        idle = self._idle.get(_origin(to), [])
        while idle:
            connection = idle.pop()
            if connection.is_fresh():
                return connection
            connection.close()
        return None


class Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self.is_open = False
        self._ends_by_closing = False
        self.used = 0.0
        """When it was last."""

    def is_fresh(self) -> bool:
        return self.is_open and time.monotonic() - self.used < IDLE

    async def exchange(self, request: bytes) -> Response:
        if not self.is_open:
            raise ConnectionResetError("the connection was closed")
        self._ends_by_closing = False
        self._parser = httptools.HttpResponseParser(self)
        self._done: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        tcp_timeouts.set_user_timeout(self._socket, len(request))
        self._transport.write(request)
        try:
            return await self._done
        except BaseException:
            self.close()
            raise
        finally:
            self.used = time.monotonic()

    def close(self) -> None:
        self.is_open = False
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one without saying so
        self._socket = transport.get_extra_info("socket")
        tcp_timeouts.enable_keepalive(self._socket)
        self.is_open = True

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if error is None and self._ends_by_closing and self._is_asked():
            self.on_message_complete()
        why = f"lost: {error}" if error else "closed"
        self._fail(ConnectionResetError(f"the connection was {why}"))

    def data_received(self, data: bytes) -> None:
        if not self._is_asked():
            self.close()  # or it would be taken for the response to what is asked next
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(ValueError(f"no HTTP: {error}"))
            self.close()

    def on_message_begin(self) -> None:
        self._response = Response()
        self._ends_by_closing = False
        if not self._is_asked():
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._response.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Without either of the two, the end of the connection is the end of the body."""
        self._ends_by_closing = not self._response.headers.keys() & {
            "content-length",
            "transfer-encoding",
        }

    def on_body(self, body: bytes) -> None:
        self._response.body += body

    def on_message_complete(self) -> None:
        self._response.status = self._parser.get_status_code()
        if self._response.status < FINAL:
            return
        if not self._parser.should_keep_alive():
            self.close()
        if self._is_asked():
            self._done.set_result(self._response)

    def _is_asked(self) -> bool:
        """Whether a response is still to come."""
        return hasattr(self, "_done") and not self._done.done()

    def _fail(self, error: Exception) -> None:
        if self._is_asked():
            self._done.set_exception(error)


async def _open(to: SplitResult, ca: Path | None) -> Connection:
    secure = to.scheme == "https"
    port, tls = to.port or (443 if secure else 80), _tls(ca) if secure else None
    loop = asyncio.get_running_loop()
    try:
        _, connection = await loop.create_connection(Connection, to.hostname or "", port, ssl=tls)
    except (ssl.SSLError, TimeoutError):
        raise
    except OSError as error:
        raise ConnectError(*error.args) from error
    return connection


def _tls(ca: Path | None) -> ssl.SSLContext:
    """By the file as it is: another authority takes the place of one that expires."""
    return _read(ca, ca.stat().st_mtime_ns if ca else 0)


@lru_cache(maxsize=2)
def _read(ca: Path | None, written: int) -> ssl.SSLContext:
    """Cached by the file's modification time, so that a renewed certificate is read."""
    return ssl.create_default_context(cafile=ca)


def _origin(to: SplitResult) -> str:
    return f"{to.scheme}://{to.netloc}"


def _encoded(method: str, to: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    target = quote(to.path or "/", PLAIN) + (f"?{quote(to.query, PLAIN)}" if to.query else "")
    fields = {"host": to.netloc.rpartition("@")[2], "content-length": str(len(body)), **headers}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
