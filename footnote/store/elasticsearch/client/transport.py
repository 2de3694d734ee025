"""HTTP transport to Elasticsearch: pooled connections, credentials, retries and timeouts.

Every request goes through it. Requests that functions send while they work are written by hand, as a
target and a body. The rare ones that create, replace and remove indices use the official client (see
`administration`), which takes longer to import than a function takes to start.
"""

from __future__ import annotations

import asyncio
import math
import ssl
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, unquote, urlencode, urlsplit

from pydantic_core import to_json

from footnote import deadline
from footnote.calls.connection import ConnectError, Response
from footnote.calls.connection_pool import ConnectionPool
from footnote.calls.retries import pause
from footnote.errors import DeadlinePassed, Unavailable
from footnote.settings import Settings

TIMEOUT = 30
"""Seconds for one attempt, including the wait for a free connection."""
DEADLINE_SHARE = 0.8
"""Share of the caller's remaining time that an attempt may take, so that it can report a timeout."""
MIN_TIMEOUT = 1.0
"""Seconds; an attempt that had less time does not count as a failure of Elasticsearch."""
MAX_IN_FLIGHT = 10
OVERLOADED = (429, 502, 503, 504)
BACKOFF = (0.2, 0.8)
"""Upper bounds in seconds of the pauses before retries, jittered down to half."""
JSON = "application/vnd.elasticsearch+json; compatible-with=8"
NDJSON = "application/vnd.elasticsearch+x-ndjson; compatible-with=8"


class Transport:
    def __init__(self, settings: Settings) -> None:
        url = urlsplit(settings.elasticsearch_url)
        self._url = url._replace(netloc=url.netloc.rpartition("@")[2]).geturl().rstrip("/")
        self._user, self._password = unquote(url.username or ""), unquote(url.password or "")
        self._secret = settings.secret
        self._connections = ConnectionPool(settings.elasticsearch_ca)
        self._in_flight = asyncio.Semaphore(MAX_IN_FLIGHT)

    async def send(self, method: str, where: str, body: bytes, content_type: str = JSON) -> Response:
        """The response to a request, which must be idempotent.

        It is retried while Elasticsearch is overloaded or a connection breaks, but not after a timeout:
        Elasticsearch may still be working on it. Raises Unavailable when no attempt was answered, and
        DeadlinePassed when the caller's deadline left an attempt less than MIN_TIMEOUT.
        """
        with translated_errors():
            for longest in BACKOFF:
                try:
                    response = await self._attempt(method, where, body, content_type)
                    if response.status not in OVERLOADED:
                        return response
                except (TimeoutError, ConnectError):
                    raise
                except OSError:
                    pass
                await pause(longest)
            return await self._attempt(method, where, body, content_type)

    def close(self) -> None:
        self._connections.close()

    async def _attempt(self, method: str, where: str, body: bytes, content_type: str) -> Response:
        headers = {"accept": JSON, **self._authorization()}
        if body:
            headers["content-type"] = content_type
        seconds = min(TIMEOUT, DEADLINE_SHARE * deadline.within(math.inf))
        try:
            async with asyncio.timeout(seconds), self._in_flight:
                return await self._connections.request(method, self._url + where, headers, body)
        except TimeoutError:
            if seconds < MIN_TIMEOUT:
                raise DeadlinePassed("The caller's deadline has passed.") from None
            raise

    def _authorization(self) -> dict[str, str]:
        if key := self._secret("elasticsearch-api-key"):
            return {"authorization": f"ApiKey {key}"}
        if password := self._secret("elasticsearch-password"):
            return _basic(self._secret("elasticsearch-username") or "elastic", password)
        return _basic(self._user, self._password) if self._password else {}


def target(*path: str, **parameters: str | int) -> str:
    """A request target made of path segments, which are escaped, and query parameters."""
    where = "".join("/" + quote(part, safe="*,") for part in path)
    return f"{where}?{urlencode(parameters)}" if parameters else where


def ndjson(values: Iterable[object]) -> bytes:
    """Newline-delimited JSON."""
    return b"".join(to_json(value) + b"\n" for value in values)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise timeouts, connection errors and malformed responses as Unavailable."""
    try:
        yield
    except TimeoutError as error:
        raise Unavailable("Elasticsearch cannot be reached: it did not answer in time.") from error
    except ssl.SSLError as error:
        raise Unavailable(
            f"Elasticsearch cannot be reached: {error}; check FOOTNOTE_ELASTICSEARCH_URL and "
            "FOOTNOTE_ELASTICSEARCH_CA."
        ) from error
    except OSError as error:
        raise Unavailable(f"Elasticsearch cannot be reached: {error}.") from error
    except ValueError as error:
        raise Unavailable(f"Elasticsearch returned an invalid response: {error}.") from error


def _basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}
