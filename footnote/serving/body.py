"""The body of a request: read within its limits, and as what it is to be."""

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
"""Seconds that a client may be silent in the middle of a body, which takes a place here."""


def check_content_encoding(request: Request) -> None:
    """Raises InvalidRequest where the body is compressed."""
    coding = request.headers.get("content-encoding", "")
    if coding.strip().lower() not in ("", "identity"):
        raise InvalidRequest(
            f"The body has Content-Encoding {coding[:80]}, which is not read here: send it as it is."
        )


async def read_body(request: Request) -> bytes:
    """The body of the request. Raises InvalidRequest where it is compressed, and what `parts` raises."""
    check_content_encoding(request)
    return await read_raw_body(request)


async def read_raw_body(request: Request) -> bytes:
    """The body as it came, of at most `body_limit` bytes. Raises what `parts` raises."""
    body = bytearray()
    async for part in stream_body(request, get_settings().body_limit):
        body += part
    return bytes(body)


async def stream_body(
    request: Request, limit: int, idle_timeout: float = IDLE_TIMEOUT
) -> AsyncIterator[bytes]:
    """The body as it comes.

    Raises RequestTooLarge past `limit` bytes, at once if a header says so, and RequestTimeout when
    nothing comes for `idle_timeout` seconds.
    """
    came = 0
    too_large = RequestTooLarge(f"The body is larger than {limit} bytes.")
    if int(request.headers.get("content-length", 0)) > limit:
        raise too_large
    stream = request.stream()
    while (part := await _next(stream, idle_timeout)) is not None:
        came += len(part)
        if came > limit:
            raise too_large
        yield part


async def _next(stream: AsyncIterator[bytes], idle_timeout: float) -> bytes | None:
    try:
        async with asyncio.timeout(idle_timeout):
            return await anext(stream, None)
    except TimeoutError:
        raise RequestTimeout(f"Nothing of the body came for {idle_timeout:g} s.") from None


async def parse_body(request: Request, model: type[Model]) -> Model:
    """The body of the request as `model`. Raises InvalidRequest naming every wrong field."""
    body = await read_body(request)
    try:
        return model.model_validate_json(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidRequest("The body must be JSON in UTF-8.") from None
    except ValidationError as error:
        raise validation_error(error) from None


def validation_error(error: ValidationError) -> InvalidRequest:
    """The validation error as one sentence that names each field and what is wrong with it."""
    problems = (
        f"{'.'.join(map(str, problem['loc'])) or 'body'}: {problem['msg'].removeprefix('Value error, ')}"
        for problem in error.errors()
    )
    return InvalidRequest("; ".join(problems) + ".")
