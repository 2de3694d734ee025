"""Calls from one function to another."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from footnote import telemetry
from footnote.errors import FootnoteError, InvalidRequest, NotFound, RateLimited, Unavailable

if TYPE_CHECKING:
    import aiohttp


@cache
def session() -> aiohttp.ClientSession:
    """The process's one session: made at the first call, connections kept 75 s."""
    import aiohttp

    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=75)
    return aiohttp.ClientSession(connector=connector)


async def call(
    method: str, url: str, *, json: Any = None, params: Any = None, timeout: float = 30
) -> Any:
    """The JSON answer of another function, whose requests are safe to repeat.

    A connection that the other side closed meanwhile is tried once more. Raises the error that the
    other side answered with, and Unavailable when it did not answer within `timeout` seconds.
    """
    import aiohttp

    for last in (False, True):
        try:
            return await _request(method, url, json, params, timeout)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            if last:
                raise Unavailable(f"{url} cannot be reached: {error}.") from error
        except TimeoutError as error:
            raise Unavailable(f"{url} did not answer within {timeout:g} s.") from error
        except aiohttp.ClientError as error:
            raise Unavailable(f"{url} answered badly: {error}.") from error
    raise AssertionError("unreachable")


async def _request(method: str, url: str, json: Any, params: Any, timeout: float) -> Any:
    import aiohttp

    async with session().request(
        method,
        url,
        json=json,
        params=params,
        headers=telemetry.trace_headers(),
        timeout=aiohttp.ClientTimeout(total=timeout),
    ) as response:
        if response.status >= 400:
            raise _error(response.status, await response.read(), response.headers)
        return await response.json()


def _error(status: int, body: bytes, headers: Any) -> FootnoteError:
    message = _message(body) or f"answered {status}"
    if status == 404:
        return NotFound(message)
    if status == 429:
        return RateLimited(message, retry_after=_seconds(headers.get("retry-after")))
    if status >= 500:
        return Unavailable(message, retry_after=_seconds(headers.get("retry-after")))
    return InvalidRequest(message)


def _message(body: bytes) -> str:
    import json

    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace").strip()


def _seconds(value: str | None) -> float:
    return float(value) if value and value.isdigit() else 1
