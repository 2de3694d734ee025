"""Calls of somebody's model, which takes JSON and answers JSON.

It is spoken to directly: OpenAI's own client takes ten times the processor time for a call, and longer
to import than all else that a function needs which calls one.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic_core import from_json, to_json

from footnote import telemetry
from footnote.calls import redaction
from footnote.calls.connections import ConnectionPool, Response
from footnote.errors import (
    FootnoteError,
    InvalidRequest,
    RateLimited,
    Unavailable,
    error_message,
    retry_after_seconds,
)
from footnote.settings import PREFIX, Settings

Result = TypeVar("Result")

BACKOFF = (0.5, 1.0)
"""Seconds at most before a call is tried again."""
LONGEST = 5.0
"""Seconds that an endpoint may ask to be left alone before the same call is tried again."""
TEXTS = ("input", "query", "documents")
"""Fields of a call with what somebody wrote."""
AGAIN = (408, 409)
REFUSED = (401, 403, 404)
MALFORMED = (AttributeError, KeyError, TypeError, ValueError)
"""Of an answer that is not what was asked for."""


class Passing(Exception):
    """The call failed, and may work when tried again, after `wait` seconds if the endpoint says so."""

    def __init__(self, error: FootnoteError, wait: float = 0) -> None:
        super().__init__(error.message)
        self.error = error
        self.wait = wait


class ModelClient:
    """POST `route` at `base_url`, with the secret `name`-key as it is at each call."""

    def __init__(
        self,
        name: str,
        base_url: str,
        route: str,
        settings: Settings,
        *,
        timeout: float,
        backoff: Sequence[float] = BACKOFF,
    ) -> None:
        """`name`: as settings and errors call it, such as embedding. `timeout`: seconds of one try."""
        self.name = name
        self.base_url = base_url.rstrip("/")
        self._url = self.base_url + route
        self._settings = settings
        self._timeout = timeout
        self._backoff = backoff
        # `backoff` covers refused connections, too.
        self._connections = ConnectionPool(backoff=())

    def close(self) -> None:
        self._connections.close()

    async def __call__(self, body: Mapping[str, Any], read: Callable[[Any], Result]) -> Result:
        """What `read` finds in the answer.

        Raises RateLimited, InvalidRequest, and Unavailable for whatever else goes wrong.
        """
        sent = to_json(body)
        try:
            return read(await self._persistently(sent))
        except MALFORMED as error:
            raise Unavailable(f"The {self.name} endpoint answered badly: {error!r}.") from error

    async def _persistently(self, sent: bytes) -> Any:
        for pause in (*self._backoff, None):
            try:
                return await self._attempt(sent)
            except Passing as failure:
                if pause is None or failure.wait > LONGEST:
                    raise failure.error from failure
                await asyncio.sleep(failure.wait or random.uniform(pause / 2, pause))
        raise AssertionError("unreachable")

    async def _attempt(self, sent: bytes) -> Any:
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._post(sent)
        except TimeoutError:
            raise Unavailable(f"The {self.name} endpoint did not answer in time.") from None
        except OSError as error:
            raise Passing(
                Unavailable(f"The {self.name} endpoint cannot be reached: {error}.")
            ) from error
        if response.status >= 400:
            raise self._failure(response, redaction.redact(_said(response), _texts(from_json(sent))))
        return from_json(bytes(response.body))

    async def _post(self, sent: bytes) -> Response:
        key = self._settings.secret(f"{self.name}-key") or "none"
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        return await self._connections.request(
            "POST", self._url, headers | telemetry.trace_headers(), sent
        )

    def _failure(self, response: Response, said: str) -> Exception:
        message = f"The {self.name} endpoint failed with {response.status}: {said}"
        wait = retry_after_seconds(response.headers, 0)
        if response.status in REFUSED:
            setting = f"{PREFIX}{self.name.upper()}_MODEL"
            return Unavailable(f"{message} Look at {setting} and the secret {self.name}-key.")
        if response.status == 429:
            return Passing(RateLimited(message, retry_after=wait or 1), wait)
        if response.status in AGAIN or response.status >= 500:
            return Passing(Unavailable(message, retry_after=wait or 1), wait)
        return InvalidRequest(message)


def _said(response: Response) -> str:
    return error_message(bytes(response.body), redaction.READ)


def _texts(body: Mapping[str, Any]) -> Iterator[str]:
    for given in map(body.get, TEXTS):
        yield from [given] if isinstance(given, str) else given or []
