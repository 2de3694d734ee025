"""Request bodies: reading them within limits, and parsing them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from footnote.errors import InvalidRequest, RequestTimeout, RequestTooLarge
from footnote.settings import get_settings

Model = TypeVar("Model", bound=BaseModel)

IDLE_TIMEOUT = 30.0
"""Seconds that a client may be silent within a body; meanwhile it counts as a request in flight."""


def check_content_encoding(request: Request) -> None:
    """Raises InvalidRequest when the body is compressed."""
    coding = request.headers.get("content-encoding", "")
    if coding.strip().lower() not in ("", "identity"):
        raise InvalidRequest(
            f"Content-Encoding {coding[:80]} is not supported: send the body uncompressed."
        )


async def read_body(request: Request) -> bytes:
    """The body. Raises InvalidRequest when it is compressed, and the errors of `stream_body`."""
    check_content_encoding(request)
    return await read_raw_body(request)


async def read_raw_body(request: Request) -> bytes:
    """The body, compressed or not, of at most `body_limit` bytes. Raises the errors of `stream_body`."""
    body = bytearray()
    async for part in stream_body(request, get_settings().body_limit):
        body += part
    return bytes(body)


async def stream_body(
    request: Request, limit: int, idle_timeout: float = IDLE_TIMEOUT
) -> AsyncIterator[bytes]:
    """The parts of the body as they arrive.

    Raises RequestTooLarge beyond `limit` bytes, at once if Content-Length says so, and RequestTimeout
    when nothing arrives for `idle_timeout` seconds.
    """
    received = 0
    too_large = RequestTooLarge(f"The body is larger than {limit} bytes.")
    if int(request.headers.get("content-length", 0)) > limit:
        raise too_large
    stream = request.stream()
    while (part := await _next(stream, idle_timeout)) is not None:
        received += len(part)
        if received > limit:
            raise too_large
        yield part


async def _next(stream: AsyncIterator[bytes], idle_timeout: float) -> bytes | None:
    try:
        async with asyncio.timeout(idle_timeout):
            return await anext(stream, None)
    except TimeoutError:
        raise RequestTimeout(f"The body stopped arriving: no data for {idle_timeout:g} s.") from None


async def parse_body(request: Request, model: type[Model]) -> Model:
    """The JSON body as a `model`. Raises InvalidRequest that names every wrong field."""
    body = await read_body(request)
    try:
        return model.model_validate_json(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidRequest("The body must be JSON in UTF-8.") from None
    except ValidationError as error:
        raise validation_error(error) from None


def validation_error(error: ValidationError) -> InvalidRequest:
    """An InvalidRequest whose message names each wrong field and what is wrong with it."""
    problems = (
        f"{'.'.join(map(str, problem['loc'])) or 'body'}: {problem['msg'].removeprefix('Value error, ')}"
        for problem in error.errors()
    )
    return InvalidRequest("; ".join(problems) + ".")
