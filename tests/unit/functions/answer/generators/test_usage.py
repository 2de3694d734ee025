"""The usage that is counted for a chat model, however its reply ends."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing

import pytest
from prometheus_client import REGISTRY

from footnote.errors import Unavailable
from functions.answer.generators.chat import ChatModel
from tests.chat_model import ChatModel as Endpoint
from tests.unit.functions.answer.generators.generation import QUESTION, generate
from tests.unit.functions.answer.samples import two


def spent() -> dict[str, float]:
    kinds = ("prompt", "completion")
    name = "footnote_tokens_total"
    return {
        kind: REGISTRY.get_sample_value(name, {"model": "small", "kind": kind}) or 0 for kind in kinds
    }


def since(before: Mapping[str, float]) -> dict[str, float]:
    return {kind: value - before[kind] for kind, value in spent().items()}


@pytest.mark.parametrize("stream", [True, False])
async def test_the_reported_usage_is_counted(chat: ChatModel, stream: bool) -> None:
    before = spent()
    await generate(chat, stream=stream)
    assert since(before) == {"prompt": 400, "completion": 20}


async def test_the_usage_of_rewriting_is_counted(chat: ChatModel) -> None:
    before = spent()
    await chat.complete([{"role": "user", "content": "Rewrite it."}], 10)
    assert since(before) == {"prompt": 400, "completion": 20}


async def test_of_a_stream_that_is_left_or_breaks_off_what_was_sent_and_written_is_counted(
    chat: ChatModel, endpoint: Endpoint
) -> None:
    before = spent()
    async with aclosing(chat.generate(QUESTION, two(), stream=True)) as pieces:
        await anext(pieces)
    assert since(before)["prompt"] >= len(endpoint.prompts[0]) // 4 - 2 > 0
    assert since(before)["completion"] > 0
    before, endpoint.breaks_after = spent(), 40
    with pytest.raises(Unavailable):
        await generate(chat, stream=True)
    assert since(before)["completion"] == 10


async def test_a_client_that_disconnects_before_the_first_text_is_counted(
    chat: ChatModel, endpoint: Endpoint
) -> None:
    before = spent()
    endpoint.hold.clear()
    asking = asyncio.create_task(generate(chat, stream=False))
    await asyncio.to_thread(endpoint.asked.wait)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert since(before)["prompt"] > 0


@pytest.mark.parametrize("stream", [True, False])
async def test_a_model_that_fails_without_a_word_is_not_paid(
    chat: ChatModel, endpoint: Endpoint, stream: bool
) -> None:
    before = spent()
    endpoint.status = 400
    with pytest.raises(Unavailable):
        await generate(chat, stream=stream)
    assert since(before) == {"prompt": 0, "completion": 0}
