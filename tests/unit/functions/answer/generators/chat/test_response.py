from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.responses import Response

from footnote.contracts import Usage
from footnote.errors import Declined, Unavailable
from footnote.settings import Settings
from functions.answer.generators.chat import ChatModel
from functions.answer.generators.usage import CHARACTERS_PER_TOKEN
from tests.endpoint import serving
from tests.unit.functions.answer.generators.generation import ROUTE, chat_model_answering, generate

pytestmark = pytest.mark.usefixtures("calls")


@pytest.mark.parametrize(("stream", "kind"), [(True, "delta"), (False, "message")])
async def test_usage_is_estimated_if_the_endpoint_does_not_report_it(stream: bool, kind: str) -> None:
    body = {"choices": [{kind: {"content": "word " * 100}, "finish_reason": "stop"}]}
    async with chat_model_answering(body) as chat:
        *_, usage = await generate(chat, stream=stream)
    assert isinstance(usage, Usage)
    assert (usage.prompt_tokens > 100, usage.completion_tokens) == (True, 125)
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


@pytest.mark.parametrize("stream", [True, False])
async def test_a_model_that_answers_an_error_is_not_paid_and_its_reason_is_told(stream: bool) -> None:
    async with chat_model_answering({"error": {"message": "Out of cards."}}) as chat:
        with pytest.raises(Unavailable, match="Out of cards"):
            await generate(chat, stream=stream)


@pytest.mark.parametrize(("stream", "kind"), [(True, "delta"), (False, "message")])
async def test_a_text_in_parts_is_put_together_without_what_was_thought(stream: bool, kind: str) -> None:
    parts = [{"type": "thinking", "thinking": []}, *({"type": "text", "text": text} for text in "ab")]
    async with chat_model_answering(
        {"choices": [{kind: {"content": parts}, "finish_reason": "stop"}]}
    ) as chat:
        assert (await generate(chat, stream=stream))[0] == "ab"


@pytest.mark.parametrize(("stream", "kind"), [(True, "delta"), (False, "message")])
async def test_half_a_character_of_two_is_left_out(stream: bool, kind: str) -> None:
    """No store, cache or other function accepts it."""
    body = {"choices": [{kind: {"content": "It is \ud83d9200."}, "finish_reason": "stop"}]}
    async with chat_model_answering(body) as chat:
        assert (await generate(chat, stream=stream))[0] == "It is 9200."


REASONED = "\n<think>\nIt may be 9300 [1].\n</think>\n\nIt is <b>9200</b> [1]."


@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_reasoning_in_a_text_is_left_out_and_paid(size: int) -> None:
    pieces = [REASONED[at : at + size] for at in range(0, len(REASONED), size)]
    chunks = [{"choices": [{"delta": {"content": piece}}]} for piece in pieces]
    end = {"choices": [{"delta": {}, "finish_reason": "stop"}]}
    async with chat_model_answering(*chunks, end) as chat:
        *texts, usage = await generate(chat, stream=True)
    assert "".join(map(str, texts)) == "It is <b>9200</b> [1]."
    assert isinstance(usage, Usage)
    assert usage.completion_tokens == len(REASONED) // CHARACTERS_PER_TOKEN


async def test_reasoning_is_left_out_of_a_text_that_comes_at_once() -> None:
    body = {"choices": [{"message": {"content": REASONED}, "finish_reason": "stop"}]}
    async with chat_model_answering(body) as chat:
        assert (await generate(chat, stream=False))[0] == "It is <b>9200</b> [1]."


@pytest.mark.parametrize(("stream", "kind"), [(True, "delta"), (False, "message")])
async def test_reasoning_that_uses_all_tokens_leaves_no_text(stream: bool, kind: str) -> None:
    body = {"choices": [{kind: {"content": "<think>It may be"}, "finish_reason": "length"}]}
    async with chat_model_answering(body) as chat:
        with pytest.raises(Declined, match="FOOTNOTE_CHAT_MAX_TOKENS"):
            await generate(chat, stream=stream)


@pytest.mark.parametrize(("stream", "kind"), [(True, "delta"), (False, "message")])
async def test_a_text_that_ends_like_the_start_of_reasoning_is_kept(stream: bool, kind: str) -> None:
    body = {"choices": [{kind: {"content": "<thi"}, "finish_reason": "stop"}]}
    async with chat_model_answering(body) as chat:
        assert (await generate(chat, stream=stream))[0] == "<thi"


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("status", [200, 400, 500])
async def test_an_error_does_not_repeat_the_question(status: int, stream: bool) -> None:
    def answer(asked: dict[str, Any]) -> Response:
        error = {"type": "extra_forbidden", "input": asked["messages"][-1]["content"][-90:]}
        text = json.dumps({"error": error})
        return Response(f"data: {text}\n\n" if asked.get("stream") and status == 200 else text, status)

    async with serving(ROUTE, answer) as endpoint:
        chat = ChatModel(Settings(chat_base_url=endpoint.url, chat_model="small"))
        with pytest.raises(Unavailable, match="extra_forbidden") as failed:
            await generate(chat, stream=stream)
    assert "port" not in failed.value.message
    assert "Elasticsearch" not in failed.value.message
