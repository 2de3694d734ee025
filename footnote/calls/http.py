"""HTTP calls from one function to another, with deadlines, traces and circuit breakers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager
from contextvars import Context
from functools import cache
from json import dumps, loads
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from footnote import deadline, trace_context, tracing
from footnote.calls.circuit_breaker import CircuitBreaker
from footnote.calls.connection import IDLE_TIMEOUT, ConnectError
from footnote.calls.connection_pool import ConnectionPool
from footnote.calls.retries import with_retries
from footnote.errors import DeadlinePassed, Unavailable, error_from_response

if TYPE_CHECKING:
    import aiohttp


@cache
def session() -> aiohttp.ClientSession:
    """The process's aiohttp session, for bodies that are streamed."""
    import aiohttp

    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_TIMEOUT)
    opened = aiohttp.ClientSession(connector=connector)
    closer = asyncio.get_running_loop().create_task(_close_at_end(opened), context=Context())
    _closers.add(closer)
    closer.add_done_callback(_closers.discard)
    return opened


_closers: set[asyncio.Task[None]] = set()


async def _close_at_end(session: aiohttp.ClientSession) -> None:
    """Close the session when the event loop ends and cancels this task; later it cannot be closed."""
    try:
        await asyncio.Event().wait()
    finally:
        await session.close()


@cache
def connection_pool() -> ConnectionPool:
    """The process's connections to the other functions, and to the issuer of tokens."""
    return ConnectionPool(proxied=True)


async def close() -> None:
    """Close all connections; the next call opens new ones."""
    connection_pool().close()
    connection_pool.cache_clear()
    session.cache_clear()
    closers = [*_closers]
    for closer in closers:
        closer.cancel()
    await asyncio.gather(*closers, return_exceptions=True)


@cache
def _breaker(host: str) -> CircuitBreaker:
    return CircuitBreaker(host)


async def call(
    method: str, url: str, *, json: Any = None, params: Any = None, timeout: float = 30
) -> Any:
    """The JSON response of another function to a request that is safe to repeat.

    It is sent once more when the connection breaks, and connecting is tried several times.

    Raises the error that the function answered with; Unavailable when it does not answer within
    `timeout` seconds, or when its circuit breaker is open; DeadlinePassed when the deadline of the
    present request comes first.
    """
    seconds = deadline.within(timeout)
    if params:
        url += "?" + urlencode(params, doseq=True)
    body = b"" if json is None else dumps(json).encode()
    with _breaker(urlsplit(url).netloc):
        try:
            return await _request_with_retry(method, url, seconds, body)
        except (TimeoutError, DeadlinePassed) as error:
            late = Unavailable if seconds == timeout else DeadlinePassed
            raise late(f"{url} did not answer within {seconds:g} s.") from error


async def put_stream(
    url: str, parts: AsyncIterator[bytes], *, headers: Mapping[str, str], params: Any, timeout: float
) -> Any:
    """The JSON response of another function to a PUT whose body is streamed and so sent only once;
    connecting is tried several times.

    Raises what `parts` raises, and otherwise the same errors as `call`.
    """
    import aiohttp

    seconds = deadline.within(timeout)
    body = _StreamedBody(parts)
    with _span("PUT", url) as span:
        headers = {**headers, **trace_context.headers(), **deadline.headers(seconds)}
        options = {"params": params, "headers": headers, "timeout": aiohttp.ClientTimeout(seconds)}
        try:
            async with await _put(url, body, options) as response:
                content = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise body.failure or Unavailable(f"{url} cannot be reached: {error}.") from error
        span.set({"http.response.status_code": response.status})
    if response.status >= 400:
        raise error_from_response(response.status, content, response.headers)
    return loads(content)


async def _put(url: str, body: _StreamedBody, options: Mapping[str, Any]) -> aiohttp.ClientResponse:
    import aiohttp

    return await with_retries(
        lambda: session().put(url, data=body.parts(), **options),
        connection_pool().backoff,
        on=aiohttp.ClientConnectorError,
    )


class _StreamedBody:
    """Keeps the exception that `parts` raises, which aiohttp hides behind an error of its own."""

    def __init__(self, parts: AsyncIterator[bytes]) -> None:
        self._parts = parts
        self.failure: Exception | None = None

    async def parts(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._parts:
                yield part
        except Exception as error:
            self.failure = error
            raise


async def _request_with_retry(method: str, url: str, seconds: float, body: bytes) -> Any:
    end = time.monotonic() + seconds
    try:
        return await with_retries(
            lambda: _request(method, url, end - time.monotonic(), body),
            backoff=(0,),
            on=OSError,
            never=(TimeoutError, ConnectError),
        )
    except TimeoutError:
        raise
    except OSError as error:
        raise Unavailable(f"{url} cannot be reached: {error}.") from error
    except ValueError as error:
        raise Unavailable(f"{url} returned an invalid response: {error}.") from error


async def _request(method: str, url: str, seconds: float, body: bytes) -> Any:
    with _span(method, url) as span:
        headers = trace_context.headers() | deadline.headers(seconds)
        if body:
            headers["content-type"] = "application/json"
        async with asyncio.timeout(seconds):
            response = await connection_pool().request(method, url, headers, body)
        span.set({"http.response.status_code": response.status})
        if response.status >= 400:
            raise error_from_response(response.status, bytes(response.body), response.headers)
        return loads(response.body)


def _span(method: str, url: str) -> AbstractContextManager[tracing.Span]:
    """The span of a call. Headers made within it make the other side's span its child."""
    to = {"http.request.method": method, "url.full": url, **tracing.server_attributes(url)}
    return tracing.span(method, "client", to)
