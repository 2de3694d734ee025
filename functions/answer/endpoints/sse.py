"""Server-sent events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing

from starlette.responses import StreamingResponse

from footnote import tracing
from footnote.errors import FootnoteError

log = logging.getLogger("footnote.answer")

HEARTBEAT = 10.0
"""Seconds without an event after which a comment is sent, so that no proxy times out."""
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
COMMENT = b": waiting\n\n"

Frames = AsyncGenerator[bytes, None]


def frame(data: str | bytes, event: str = "") -> bytes:
    """One event. `data` is JSON, in which a newline is escaped, so it is one line."""
    head = f"event: {event}\n".encode() if event else b""
    return head + b"data: " + (data.encode() if isinstance(data, str) else data) + b"\n\n"


def response(
    frames: Frames,
    error_frame: Callable[[FootnoteError], bytes],
    headers: Mapping[str, str],
    heartbeat: float = HEARTBEAT,
) -> StreamingResponse:
    """Streams the frames. An error ends the stream with the frame that `error_frame` makes of it."""
    body = _with_heartbeat(_with_error_frame(frames, error_frame), heartbeat)
    return StreamingResponse(body, headers={**HEADERS, **headers}, media_type="text/event-stream")


async def _with_error_frame(frames: Frames, error_frame: Callable[[FootnoteError], bytes]) -> Frames:
    try:
        async with aclosing(frames):
            async for one in frames:
                yield one
    except FootnoteError as error:
        tracing.fail_request(type(error).__name__)
        log.warning("a stream broke off: %s", error.message)
        yield error_frame(error)
    except Exception as error:
        tracing.fail_request(type(error).__name__)
        log.exception("unexpected error in a stream")
        yield error_frame(FootnoteError("Unexpected error; the log has the cause."))


async def _with_heartbeat(frames: Frames, seconds: float) -> Frames:
    """The frames, and a comment after each interval of so many seconds without one."""
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()
    writer = asyncio.create_task(_write(frames, queue))
    try:
        while True:
            try:
                one = await asyncio.wait_for(queue.get(), seconds)
            except TimeoutError:
                one = COMMENT
            if one is None:
                return
            yield one
    finally:
        writer.cancel()


async def _write(frames: Frames, queue: asyncio.Queue[bytes | None]) -> None:
    try:
        async with aclosing(frames):
            async for one in frames:
                queue.put_nowait(one)
    finally:
        queue.put_nowait(None)
