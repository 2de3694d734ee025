"""Calls from one function to another."""

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

from footnote import deadline, telemetry, tracing
from footnote.calls.circuit_breaker import CircuitBreaker
from footnote.calls.connections import ConnectError, ConnectionPool
from footnote.errors import (
    AlreadyThere,
    DeadlinePassed,
    Declined,
    FootnoteError,
    Forbidden,
    InvalidRequest,
    NotFound,
    RateLimited,
    RequestTooLarge,
    Unavailable,
    error_message,
    error_type,
    retry_after_seconds,
)

if TYPE_CHECKING:
    import aiohttp


@cache
def session() -> aiohttp.ClientSession:
    """The process's one session for what streams: made at the first use, connections kept 75 s."""
    import aiohttp

    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=75)
    made = aiohttp.ClientSession(connector=connector)
    end = asyncio.get_running_loop().create_task(_end(made), context=Context())
    _ends.add(end)
    end.add_done_callback(_ends.discard)
    return made


_ends: set[asyncio.Task[None]] = set()


async def _end(session: aiohttp.ClientSession) -> None:
    """Close the session when the loop ends, which cancels what waits: later it cannot be closed."""
    try:
        await asyncio.Event().wait()
    finally:
        await session.close()


@cache
def connection_pool() -> ConnectionPool:
    """The process's connections to the other functions."""
    return ConnectionPool()


async def close() -> None:
    """Close every connection; the next call opens new ones."""
    connection_pool().close()
    connection_pool.cache_clear()
    session.cache_clear()
    ends = [*_ends]
    for end in ends:
        end.cancel()
    await asyncio.gather(*ends, return_exceptions=True)


@cache
def _breaker(host: str) -> CircuitBreaker:
    return CircuitBreaker(host)


async def call(
    method: str, url: str, *, json: Any = None, params: Any = None, timeout: float = 30
) -> Any:
    """The JSON answer of another function, whose requests are safe to repeat.

    A connection that the other side closed meanwhile is tried once more, and one that is refused several
    times. Raises the error that the other side answered with; Unavailable when it did not answer within
    `timeout` seconds, or keeps failing and is given a pause; DeadlinePassed when our own caller does not
    wait for so long.
    """
    seconds = deadline.within(timeout)
    if params:
        url += "?" + urlencode(params, doseq=True)
    with _breaker(urlsplit(url).netloc):
        try:
            return await _twice(method, url, seconds, b"" if json is None else dumps(json).encode())
        except (TimeoutError, DeadlinePassed) as error:
            late = Unavailable if seconds == timeout else DeadlinePassed
            raise late(f"{url} did not answer within {seconds:g} s.") from error


async def put_stream(
    url: str, parts: AsyncIterator[bytes], *, headers: Mapping[str, str], params: Any, timeout: float
) -> Any:
    """The JSON answer of another function to a PUT of the parts, which are sent as they come, once.

    Raises what `parts` raises, and otherwise as `call` does.
    """
    import aiohttp

    seconds = deadline.within(timeout)
    source = _Source(parts)
    with _span("PUT", url) as span:
        headers = {**headers, **telemetry.trace_headers(), **deadline.headers(seconds)}
        asked = {"params": params, "headers": headers, "timeout": aiohttp.ClientTimeout(seconds)}
        try:
            async with session().put(url, data=source.parts(), **asked) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise source.failure or Unavailable(f"{url} cannot be reached: {error}.") from error
        span.set({"http.response.status_code": response.status})
    if response.status >= 400:
        raise _error(response.status, body, response.headers)
    return loads(body)


class _Source:
    """Parts to send, and why they ended early: the client would hide that in an error of its own."""

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


async def _twice(method: str, url: str, seconds: float, body: bytes) -> Any:
    end = time.monotonic() + seconds
    for last in (False, True):
        try:
            return await _request(method, url, end - time.monotonic(), body)
        except TimeoutError:
            raise
        except OSError as error:
            if last or isinstance(error, ConnectError):
                raise Unavailable(f"{url} cannot be reached: {error}.") from error
        except ValueError as error:
            raise Unavailable(f"{url} answered badly: {error}.") from error
    raise AssertionError("unreachable")


async def _request(method: str, url: str, seconds: float, body: bytes) -> Any:
    with _span(method, url) as span:
        headers = telemetry.trace_headers() | deadline.headers(seconds)
        if body:
            headers["content-type"] = "application/json"
        async with asyncio.timeout(seconds):
            response = await connection_pool().request(method, url, headers, body)
        span.set({"http.response.status_code": response.status})
        if response.status >= 400:
            raise _error(response.status, bytes(response.body), response.headers)
        return loads(response.body)


def _span(method: str, url: str) -> AbstractContextManager[tracing.Span]:
    """Of a call, under which the other side's is to be: its headers are made within."""
    to = {"http.request.method": method, "url.full": url, **tracing.server_at(url)}
    return tracing.span(method, "client", to)


_KNOWN: dict[int, type[FootnoteError]] = {
    403: Forbidden,
    404: NotFound,
    409: AlreadyThere,
    413: RequestTooLarge,
}
_NAMED: dict[str, type[Unavailable]] = {"deadline_passed": DeadlinePassed, "declined": Declined}
"""By the type that a body tells; all of one status."""


def _error(status: int, body: bytes, headers: Mapping[str, str]) -> FootnoteError:
    message = error_message(body) or f"answered {status}"
    if known := _KNOWN.get(status):
        return known(message)
    if named := _NAMED.get(error_type(body)):
        return named(message)
    wait = retry_after_seconds(headers, 1)
    if status == 429:
        return RateLimited(message, retry_after=wait)
    if status >= 500 or status == 408:
        return Unavailable(message, retry_after=wait)
    return InvalidRequest(message)
