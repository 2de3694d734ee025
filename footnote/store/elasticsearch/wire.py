"""The wire to Elasticsearch: HTTP connections that stay open, with the credentials of the moment.

Every request goes over it. What functions ask while they work is put into words where it is asked, as
a target and a body. What is done once, to make, replace and remove an index, is said with the official
client, in `administration`: that takes longer to import than a function takes to start.
"""

from __future__ import annotations

import asyncio
import math
import random
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, unquote, urlencode, urlsplit

from pydantic_core import to_json

from footnote import deadline
from footnote.calls.connection import ConnectError, Response
from footnote.calls.connection_pool import ConnectionPool
from footnote.errors import DeadlinePassed, Unavailable
from footnote.settings import Settings

TIMEOUT = 30
"""Seconds until a request is answered, those included that it waits for a place."""
SHARE = 0.8
"""Of the time that the caller still waits: once it has left, nobody is told that nothing answered."""
FAIR = 1.0
"""Seconds that Elasticsearch must have had before its silence counts against it."""
PLACES = 10
"""Requests under way at once."""
OVERLOADED = (429, 502, 503, 504)
PAUSES = (0.2, 0.8)
"""Seconds at most before a request that was refused is sent again."""
JSON = "application/vnd.elasticsearch+json; compatible-with=8"
LINES = "application/vnd.elasticsearch+x-ndjson; compatible-with=8"


class Wire:
    def __init__(self, settings: Settings) -> None:
        to = urlsplit(settings.elasticsearch_url)
        self._url = to._replace(netloc=to.netloc.rpartition("@")[2]).geturl().rstrip("/")
        self._user, self._password = unquote(to.username or ""), unquote(to.password or "")
        self._secret = settings.secret
        self._connections = ConnectionPool(settings.elasticsearch_ca)
        self._places = asyncio.Semaphore(PLACES)

    async def send(self, method: str, where: str, body: bytes, kind: str = JSON) -> Response:
        """What answers a request, which is safe to repeat: after a pause it is, where it was refused or
        not taken. Raises Unavailable when none of few attempts was answered, and DeadlinePassed when
        the caller gave none a fair time.

        One that was not answered in time is not repeated: it may still be worked on.
        """
        with own_errors():
            for pause in PAUSES:
                try:
                    response = await self._attempt(method, where, body, kind)
                    if response.status not in OVERLOADED:
                        return response
                except (TimeoutError, ConnectError):
                    raise
                except OSError:
                    pass
                await asyncio.sleep(random.uniform(pause / 2, pause))
            return await self._attempt(method, where, body, kind)

    def close(self) -> None:
        self._connections.close()

    async def _attempt(self, method: str, where: str, body: bytes, kind: str) -> Response:
        headers = {"accept": JSON, **self._credentials()}
        if body:
            headers["content-type"] = kind
        seconds = min(TIMEOUT, SHARE * deadline.within(math.inf))
        try:
            async with asyncio.timeout(seconds), self._places:
                return await self._connections.request(method, self._url + where, headers, body)
        except TimeoutError:
            if seconds < FAIR:
                raise DeadlinePassed("The time that the caller gave is over.") from None
            raise

    def _credentials(self) -> dict[str, str]:
        if key := self._secret("elasticsearch-api-key"):
            return {"authorization": f"ApiKey {key}"}
        if password := self._secret("elasticsearch-password"):
            return _basic(self._secret("elasticsearch-username") or "elastic", password)
        return _basic(self._user, self._password) if self._password else {}


def target(*path: str, **parameters: str | int) -> str:
    """Of a request: the names and ids on its path, whatever they hold, and its parameters."""
    where = "".join("/" + quote(part, safe="*,") for part in path)
    return f"{where}?{urlencode(parameters)}" if parameters else where


def lines(bodies: Iterable[object]) -> bytes:
    """Newline-delimited JSON."""
    return b"".join(to_json(body) + b"\n" for body in bodies)


@contextmanager
def own_errors() -> Iterator[None]:
    """What can go wrong on the way, as Unavailable."""
    try:
        yield
    except TimeoutError as error:
        raise Unavailable("Elasticsearch cannot be reached: it did not answer in time.") from error
    except OSError as error:
        raise Unavailable(f"Elasticsearch cannot be reached: {error}.") from error
    except ValueError as error:
        raise Unavailable(f"Elasticsearch answered badly: {error}.") from error


def _basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}
