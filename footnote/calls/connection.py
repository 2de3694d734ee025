"""One HTTP/1.1 client connection.

It uses the parser that the server has loaded anyway. An HTTP client library takes half as long to
import as a bare function takes to start, and every cold start would wait for it.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import SplitResult, quote

import httptools

from footnote.calls import tcp_timeouts
from footnote.calls.proxy import Proxy, open_tunnel

SAFE = "/?:@!$&'()*+,;=%"
"""Characters of a path or query, besides letters and digits, that are not percent-encoded."""
IDLE_TIMEOUT = 75
"""Seconds a connection is kept without a request; the functions themselves keep it for 120."""
FIRST_FINAL_STATUS = 200
"""Below it are interim responses, such as 103, which the final response follows."""


@dataclass(slots=True)
class Response:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    """By name in lower case."""
    body: bytearray = field(default_factory=bytearray)


class ConnectError(OSError):
    """No connection could be opened."""


class Connection(asyncio.Protocol):
    """Carries one request at a time."""

    def __init__(self) -> None:
        self.is_open = False
        self._ends_by_closing = False
        self.last_used = 0.0
        """On the monotonic clock."""

    def is_fresh(self) -> bool:
        return self.is_open and time.monotonic() - self.last_used < IDLE_TIMEOUT

    async def exchange(self, request: bytes) -> Response:
        """Send the encoded request and return its response.

        Raises ConnectionError when the connection is or gets closed, and ValueError when what comes is
        not HTTP. The connection is closed after an error, also when the caller is cancelled.
        """
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
            self.last_used = time.monotonic()

    def close(self) -> None:
        self.is_open = False
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport is no subclass of asyncio.Transport, though it has its methods.
        self._transport = cast("asyncio.Transport", transport)
        self._socket = transport.get_extra_info("socket")
        tcp_timeouts.enable_keepalive(self._socket)
        self.is_open = True

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if error is None and self._ends_by_closing and self._is_waiting():
            self.on_message_complete()
        why = f"lost: {error}" if error else "closed"
        self._fail(ConnectionResetError(f"the connection was {why}"))

    def data_received(self, data: bytes) -> None:
        if not self._is_waiting():
            self.close()  # or it would be taken for the response to the next request
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(ValueError(f"not valid HTTP: {error}"))
            self.close()

    def on_message_begin(self) -> None:
        self._response = Response()
        self._ends_by_closing = False
        if not self._is_waiting():
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._response.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Without either header, the body ends when the connection is closed."""
        self._ends_by_closing = not self._response.headers.keys() & {
            "content-length",
            "transfer-encoding",
        }

    def on_body(self, body: bytes) -> None:
        self._response.body += body

    def on_message_complete(self) -> None:
        self._response.status = self._parser.get_status_code()
        if self._response.status < FIRST_FINAL_STATUS:
            return
        if not self._parser.should_keep_alive():
            self.close()
        if self._is_waiting():
            self._done.set_result(self._response)

    def _is_waiting(self) -> bool:
        """Whether a response is still to come."""
        return hasattr(self, "_done") and not self._done.done()

    def _fail(self, error: Exception) -> None:
        if self._is_waiting():
            self._done.set_exception(error)


async def open_connection(
    url: SplitResult, tls: ssl.SSLContext | None, via: Proxy | None = None
) -> Connection:
    """A connection to the server of a URL, through the proxy `via` if there is one.

    Raises ConnectError; TimeoutError and SSLError pass, since another attempt would hardly help.
    """
    host, port = url.hostname or "", url.port or (443 if tls else 80)
    loop = asyncio.get_running_loop()
    try:
        if via and tls:
            return await _start_tls(await open_tunnel(via, host, port), tls, host)
        _, connection = await loop.create_connection(Connection, host, port, ssl=tls)
    except (ssl.SSLError, TimeoutError):
        raise
    except OSError as error:
        raise ConnectError(*error.args) from error
    return connection


async def _start_tls(tunnel: asyncio.Transport, tls: ssl.SSLContext, host: str) -> Connection:
    connection = Connection()
    loop = asyncio.get_running_loop()
    transport = await loop.start_tls(tunnel, connection, tls, server_hostname=host)
    connection.connection_made(cast("asyncio.Transport", transport))
    return connection


def encode_request(method: str, url: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    target = quote(url.path or "/", SAFE) + (f"?{quote(url.query, SAFE)}" if url.query else "")
    fields = {"host": url.netloc.rpartition("@")[2], "content-length": str(len(body)), **headers}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
