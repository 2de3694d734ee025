"""A client of model endpoints: it posts JSON, retries, and maps failures to this project's errors.

It replaces OpenAI's own client, which takes ten times the processor time for a call, and longer to
import than everything else that a function needs for calling a model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic_core import from_json, to_json

from footnote import trace_context
from footnote.calls import redaction
from footnote.calls.connection import Response
from footnote.calls.connection_pool import ConnectionPool
from footnote.calls.retries import pause
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
"""Longest wait in seconds before each further attempt, unless the endpoint names one."""
MAX_RETRY_AFTER = 5.0
"""Seconds that the endpoint may ask to wait; for longer, the call fails instead."""
TEXT_FIELDS = ("input", "query", "documents")
"""Fields of a request that hold users' texts."""
RETRIED = (408, 409)
MISCONFIGURED = (401, 403, 404)
MALFORMED = (AttributeError, KeyError, TypeError, ValueError)
"""What reading a response raises when it is not of the expected shape."""


class Retryable(Exception):
    """The attempt failed but may succeed when repeated, after `wait` seconds if the endpoint says so."""

    def __init__(self, error: FootnoteError, wait: float = 0) -> None:
        super().__init__(error.message)
        self.error = error
        self.wait = wait


class ModelClient:
    """Calls POST `base_url` + `route` with the secret `{name}-key`, which is read at each call."""

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
        """`name`: as in the settings, such as "embedding". `timeout`: seconds for each attempt."""
        self.name = name
        self.base_url = base_url.rstrip("/")
        self._url = self.base_url + route
        self._settings = settings
        self._timeout = timeout
        self._backoff = backoff
        self._connections = ConnectionPool(backoff=(), proxied=True)  # this client retries itself

    def close(self) -> None:
        self._connections.close()

    async def __call__(self, body: Mapping[str, Any], read: Callable[[Any], Result]) -> Result:
        """What `read` makes of the response.

        Raises RateLimited, InvalidRequest, and Unavailable for everything else that goes wrong.
        """
        request = to_json(body)
        try:
            return read(await self._post_with_retries(request))
        except MALFORMED as error:
            raise Unavailable(
                f"The {self.name} endpoint returned an invalid response: {error!r}."
            ) from error

    async def _post_with_retries(self, request: bytes) -> Any:
        for longest in (*self._backoff, None):
            try:
                return await self._attempt(request)
            except Retryable as failure:
                if longest is None or failure.wait > MAX_RETRY_AFTER:
                    raise failure.error from failure
                await (asyncio.sleep(failure.wait) if failure.wait else pause(longest))
        raise AssertionError("unreachable")

    async def _attempt(self, request: bytes) -> Any:
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._post(request)
        except TimeoutError:
            raise Unavailable(
                f"The {self.name} endpoint did not answer within {self._timeout:g} s. "
                f"{PREFIX}{self.name.upper()}_TIMEOUT gives it longer."
            ) from None
        except OSError as error:
            raise Retryable(
                Unavailable(f"The {self.name} endpoint cannot be reached: {error}.")
            ) from error
        if response.status >= 400:
            raise self._failure(response, request)
        return from_json(bytes(response.body))

    async def _post(self, request: bytes) -> Response:
        key = self._settings.secret(f"{self.name}-key") or "none"
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        return await self._connections.request(
            "POST", self._url, headers | trace_context.headers(), request
        )

    def _failure(self, response: Response, request: bytes) -> Exception:
        reason = redaction.redact(
            error_message(bytes(response.body), redaction.MAX_READ), _texts(from_json(request))
        )
        message = f"The {self.name} endpoint failed with {response.status}: {reason}"
        wait = retry_after_seconds(response.headers, 0)
        if response.status in MISCONFIGURED:
            setting = f"{PREFIX}{self.name.upper()}_MODEL"
            return Unavailable(f"{message} Check {setting} and the secret {self.name}-key.")
        if response.status == 429:
            return Retryable(RateLimited(message, retry_after=wait or 1), wait)
        if response.status in RETRIED or response.status >= 500:
            return Retryable(Unavailable(message, retry_after=wait or 1), wait)
        return InvalidRequest(message)


def _texts(body: Mapping[str, Any]) -> Iterator[str]:
    for given in map(body.get, TEXT_FIELDS):
        yield from [given] if isinstance(given, str) else given or []
