"""The body of a request: read within its limits, and as what it is to be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from footnote.errors import InvalidRequest, RequestTimeout, RequestTooLarge
from footnote.serving.process import settings

Model = TypeVar("Model", bound=BaseModel)

PATIENCE = 30.0
"""Seconds that a client may be silent in the middle of a body, which takes a place here."""


def check_coding(request: Request) -> None:
    """Raises InvalidRequest where the body is compressed."""
    coding = request.headers.get("content-encoding", "")
    if coding.strip().lower() not in ("", "identity"):
        raise InvalidRequest(
            f"The body has Content-Encoding {coding[:80]}, which is not read here: send it as it is."
        )


async def read_body(request: Request) -> bytes:
    """The body of the request. Raises InvalidRequest where it is compressed, and what `parts` raises."""
    check_coding(request)
    return await read_raw(request)


async def read_raw(request: Request) -> bytes:
    """The body as it came, of at most `body_limit` bytes. Raises what `parts` raises."""
    body = bytearray()
    async for part in parts(request, settings().body_limit):
        body += part
    return bytes(body)


async def parts(request: Request, limit: int, patience: float = PATIENCE) -> AsyncIterator[bytes]:
    """The body as it comes.

    Raises RequestTooLarge past `limit` bytes, at once if a header says so, and RequestTimeout when
    nothing comes for `patience` seconds.
    """
    came = 0
    too_large = RequestTooLarge(f"The body is larger than {limit} bytes.")
    if int(request.headers.get("content-length", 0)) > limit:
        raise too_large
    stream = request.stream()
    while (part := await _next(stream, patience)) is not None:
        came += len(part)
        if came > limit:
            raise too_large
        yield part


async def _next(stream: AsyncIterator[bytes], patience: float) -> bytes | None:
    try:
        async with asyncio.timeout(patience):
            return await anext(stream, None)
    except TimeoutError:
        raise RequestTimeout(f"Nothing of the body came for {patience:g} s.") from None


async def parse(request: Request, model: type[Model]) -> Model:
    """The body of the request as `model`. Raises InvalidRequest naming every wrong field."""
    body = await read_body(request)
    try:
        return model.model_validate_json(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidRequest("The body must be JSON in UTF-8.") from None
    except ValidationError as error:
        raise invalid(error) from None


def invalid(error: ValidationError) -> InvalidRequest:
    """The validation error as one sentence that names each field and what is wrong with it."""
    problems = (
        f"{'.'.join(map(str, problem['loc'])) or 'body'}: {problem['msg'].removeprefix('Value error, ')}"
        for problem in error.errors()
    )
    return InvalidRequest("; ".join(problems) + ".")
