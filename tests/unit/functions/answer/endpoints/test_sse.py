from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.errors import FootnoteError, Unavailable
from functions.answer.endpoints import sse


def failure(error: FootnoteError) -> bytes:
    return sse.frame(error.body(), "error")


def body(frames: sse.Frames, heartbeat: float = 60) -> AsyncIterator[bytes]:
    return sse.response(frames, failure, {}, heartbeat).body_iterator  # type: ignore[return-value]


@settings(deadline=None)
@given(st.text())
def test_whatever_the_text_an_event_is_one_line_of_data(text: str) -> None:
    head, data, *rest = sse.frame(json.dumps(text), "delta").decode().split("\n")
    assert (head, rest) == ("event: delta", ["", ""])
    assert json.loads(data.removeprefix("data: ")) == text


def test_an_event_without_a_name_has_only_data() -> None:
    assert sse.frame("[DONE]") == b"data: [DONE]\n\n"


async def test_while_nothing_comes_the_stream_is_kept_alive() -> None:
    ready = asyncio.Event()

    async def frames() -> sse.Frames:
        await ready.wait()
        yield b"late"

    pieces = body(frames(), heartbeat=0.01)
    assert await anext(pieces) == sse.COMMENT
    ready.set()
    assert b"late" in [piece async for piece in pieces]


@pytest.mark.parametrize("error", [Unavailable("The model is away."), ValueError("secret detail")])
async def test_a_failure_ends_the_stream_with_an_event_that_tells_no_secrets(error: Exception) -> None:
    async def frames() -> sse.Frames:
        yield b"one"
        raise error

    first, last = [piece async for piece in body(frames())]
    assert first == b"one"
    assert last.startswith(b"event: error\n")
    assert b"secret" not in last


async def test_a_client_that_disconnects_stops_the_work() -> None:
    stopped = asyncio.Event()

    async def frames() -> sse.Frames:
        try:
            yield b"one"
            await asyncio.Event().wait()
        finally:
            stopped.set()

    pieces = body(frames())
    assert await anext(pieces) == b"one"
    await pieces.aclose()  # type: ignore[attr-defined]
    await asyncio.wait_for(stopped.wait(), 30)


def test_no_proxy_may_keep_the_stream_back() -> None:
    async def frames() -> sse.Frames:
        yield b""

    headers = sse.response(frames(), failure, {"x-more": "1"}).headers
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["x-accel-buffering"] == "no"
    assert headers["cache-control"] == "no-store"
    assert headers["x-more"] == "1"
