"""What every generator must do, and what the chat model's may go through."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from starlette.responses import Response

from footnote.calls import http
from footnote.contracts import Usage
from footnote.errors import Misconfigured, Unavailable
from footnote.settings import Settings
from functions.answer.generators import End, Generator, Piece, open_generator
from functions.answer.generators.chat import ChatModel
from functions.answer.generators.extractive import Extractive
from tests.chat_model import USAGE
from tests.chat_model import ChatModel as Endpoint
from tests.endpoint import serving
from tests.peer import Peer
from tests.unit.functions.answer.samples import REPLY, two

QUESTION = "Which port does Elasticsearch listen on?"
ROUTE = "/chat/completions"
PAID = Usage(**USAGE)


@pytest.fixture(autouse=True)
async def session() -> AsyncIterator[None]:
    yield
    await http.close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(lambda _: REPLY) as endpoint:
        yield endpoint


@pytest.fixture
def chat(endpoint: Endpoint) -> ChatModel:
    return ChatModel(Settings(chat_base_url=endpoint.url, chat_model="small"))


@pytest.fixture(params=["extractive", "chat"])
def generator(request: pytest.FixtureRequest, chat: ChatModel) -> Generator:
    return chat if request.param == "chat" else Extractive()


def reasoning(endpoint: Endpoint) -> ChatModel:
    return ChatModel(Settings(chat_base_url=endpoint.url, chat_model="large", chat_max_tokens=700))


class Slow(Endpoint):
    """Takes a while, and is busy at first."""

    def answer(self, handler: BaseHTTPRequestHandler, request: Mapping[str, Any]) -> None:
        time.sleep(0.4)
        self.status = 200 if self.prompts else 503
        super().answer(handler, request)


async def generated(generator: Generator, *, stream: bool) -> list[Piece]:
    return [piece async for piece in generator.generate(QUESTION, two(), stream=stream)]


@asynccontextmanager
async def answering(body: Any) -> AsyncIterator[ChatModel]:
    """A model behind an endpoint that answers nothing but `body`."""

    def answer(asked: Mapping[str, Any]) -> Response:
        text = json.dumps(body)
        return Response(f"data: {text}\n\ndata: [DONE]\n\n" if asked.get("stream") else text)

    async with serving(ROUTE, answer) as endpoint:
        yield ChatModel(Settings(chat_base_url=endpoint.url, chat_model="small"))


def test_the_settings_say_which() -> None:
    assert open_generator(Settings()).model == "extractive"
    assert open_generator(Settings(chat_base_url="http://x/v1", chat_model="small")).model == "small"


def test_half_a_chat_model_is_refused_rather_than_left_out() -> None:
    with pytest.raises(Misconfigured):
        open_generator(Settings(chat_model="small"))


@pytest.mark.parametrize("stream", [True, False])
class TestEveryGenerator:
    async def test_writes_text_and_then_says_what_it_used(
        self, generator: Generator, stream: bool
    ) -> None:
        *texts, usage = await generated(generator, stream=stream)
        assert "9200" in "".join(text for text in texts if isinstance(text, str))
        assert all(isinstance(text, str) and text for text in texts)
        assert isinstance(usage, Usage)

    async def test_names_passages_by_their_numbers(self, generator: Generator, stream: bool) -> None:
        pieces = await generated(generator, stream=stream)
        assert "[2]" in "".join(piece for piece in pieces if isinstance(piece, str))

    async def test_may_be_left_after_the_first_piece(self, generator: Generator, stream: bool) -> None:
        async with aclosing(generator.generate(QUESTION, two(), stream=stream)) as pieces:
            assert await anext(pieces)

    async def test_works_for_many_at_once(self, generator: Generator, stream: bool) -> None:
        answers = await asyncio.gather(*(generated(generator, stream=stream) for _ in range(20)))
        assert all(answer == answers[0] for answer in answers)


async def test_the_text_of_a_chat_model_comes_through_as_it_is(chat: ChatModel) -> None:
    for stream in (True, False):
        *texts, usage = await generated(chat, stream=stream)
        assert "".join(map(str, texts)) == REPLY
        assert usage == PAID


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
async def test_a_chat_model_that_fails_is_unavailable(
    chat: ChatModel, endpoint: Endpoint, status: int, stream: bool
) -> None:
    endpoint.status = status
    with pytest.raises(Unavailable):
        await generated(chat, stream=stream)
    assert len(endpoint.prompts) == (1 if status in (400, 401, 404) else 2)


async def test_so_is_one_whose_key_cannot_be_read_and_nobody_asks_it_without(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    (tmp_path / "chat-key").mkdir()
    chat = ChatModel(Settings(chat_base_url=endpoint.url, chat_model="small", secrets=tmp_path))
    with pytest.raises(Unavailable, match="chat-key cannot be read: Is a directory"):
        await generated(chat, stream=False)
    assert endpoint.prompts == []


@pytest.mark.parametrize("stream", [True, False])
async def test_so_is_one_that_says_nothing(stream: bool) -> None:
    with Endpoint(lambda _: "") as endpoint:
        chat = ChatModel(Settings(chat_base_url=endpoint.url, chat_model="small"))
        with pytest.raises(Unavailable):
            await generated(chat, stream=stream)


@pytest.mark.parametrize("stream", [True, False])
async def test_what_a_model_used_to_say_nothing_is_paid_all_the_same(stream: bool) -> None:
    with Endpoint(lambda _: "") as endpoint:
        endpoint.finish = "length"
        pieces = reasoning(endpoint).generate(QUESTION, two(), stream=stream)
        assert await anext(pieces) == PAID
        with pytest.raises(Unavailable, match="FOOTNOTE_CHAT_MAX_TOKENS"):
            await anext(pieces)


@pytest.mark.parametrize("stream", [True, False])
async def test_parameters_that_a_model_does_not_take_are_left_out(
    endpoint: Endpoint, stream: bool
) -> None:
    endpoint.untaken = ("max_tokens", "temperature")
    chat = reasoning(endpoint)
    for _ in range(2):
        assert "9200" in str(await generated(chat, stream=stream))
    assert len(endpoint.prompts) == 4
    assert endpoint.asked_for["max_completion_tokens"] == 700


@pytest.mark.parametrize("stream", [True, False])
async def test_a_text_that_is_cut_off_says_so(endpoint: Endpoint, stream: bool) -> None:
    endpoint.finish = "length"
    *texts, end, usage = await generated(reasoning(endpoint), stream=stream)
    assert "".join(map(str, texts)) == REPLY
    assert (end, usage) == (End("length"), PAID)


async def test_a_parameter_without_which_it_fails_too_is_given_again(endpoint: Endpoint) -> None:
    endpoint.untaken = ("max_tokens", "max_completion_tokens")
    chat = reasoning(endpoint)
    with pytest.raises(Unavailable, match="max_completion_tokens"):
        await generated(chat, stream=False)
    endpoint.untaken = ()
    await generated(chat, stream=False)
    assert endpoint.asked_for["max_tokens"] == 700


@pytest.mark.parametrize("stream", [True, False])
async def test_so_is_one_that_is_not_there(stream: bool) -> None:
    chat = ChatModel(Settings(chat_base_url="http://127.0.0.1:9/v1", chat_model="small"))
    with pytest.raises(Unavailable):
        await generated(chat, stream=stream)


async def test_so_is_one_that_keeps_silent(endpoint: Endpoint) -> None:
    endpoint.hold.clear()
    settings = Settings(chat_base_url=endpoint.url, chat_model="small", chat_patience=0.1)
    async with asyncio.timeout(settings.chat_timeout / 2):
        with pytest.raises(Unavailable):
            await generated(ChatModel(settings), stream=True)


async def test_so_is_one_that_breaks_off(chat: ChatModel, endpoint: Endpoint) -> None:
    endpoint.breaks_after = 15
    async with aclosing(chat.generate(QUESTION, two(), stream=True)) as pieces:
        assert [await anext(pieces) for _ in range(3)] == [REPLY[:5], REPLY[5:10], REPLY[10:15]]
        with pytest.raises(Unavailable):
            await anext(pieces)


async def test_a_connection_that_ends_within_a_chunk_is_told_in_words_of_our_own() -> None:
    begun = b'ff\r\ndata: {"choices": [{"delta": {"content'
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    async with Peer([head + begun]) as url:
        chat = ChatModel(Settings(chat_base_url=url, chat_model="small"))
        with pytest.raises(Unavailable) as broken:
            await generated(chat, stream=True)
    assert broken.value.message == "The chat model broke off."


@pytest.mark.parametrize("stream", [True, False])
async def test_so_is_one_whose_answers_never_begin(stream: bool) -> None:
    async with answering({}) as chat:
        for _ in range(8):
            with pytest.raises(Unavailable):
                await generated(chat, stream=stream)
        with pytest.raises(Unavailable, match="given a pause"):
            await generated(chat, stream=stream)


async def test_one_that_keeps_failing_is_left_alone_for_a_moment(
    chat: ChatModel, endpoint: Endpoint
) -> None:
    endpoint.status = 401
    for _ in range(8):
        with pytest.raises(Unavailable):
            await generated(chat, stream=False)
    assert len(endpoint.prompts) < 8


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_requests_that_it_declines_do_not_keep_the_others_from_it(
    chat: ChatModel, endpoint: Endpoint, status: int
) -> None:
    endpoint.status = status
    for _ in range(8):
        with pytest.raises(Unavailable):
            await generated(chat, stream=False)
    endpoint.status = 200
    assert "9200" in str(await generated(chat, stream=False))


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("body", [None, [{"error": "no"}], {"choices": [None]}, {"choices": 7}])
async def test_one_that_answers_something_else_is_unavailable(body: Any, stream: bool) -> None:
    async with answering(body) as chat:
        with pytest.raises(Unavailable, match=r"answered badly|said nothing|broke off"):
            await generated(chat, stream=stream)


@pytest.mark.parametrize("stream", [True, False])
async def test_one_that_answers_an_error_is_not_paid_and_its_reason_is_told(stream: bool) -> None:
    async with answering({"error": {"message": "Out of cards."}}) as chat:
        with pytest.raises(Unavailable, match="Out of cards"):
            await generated(chat, stream=stream)


@pytest.mark.parametrize(("stream", "kind"), [(True, "delta"), (False, "message")])
async def test_a_text_in_parts_is_put_together_without_what_was_thought(stream: bool, kind: str) -> None:
    parts = [{"type": "thinking", "thinking": []}, *({"type": "text", "text": text} for text in "ab")]
    async with answering({"choices": [{kind: {"content": parts}, "finish_reason": "stop"}]}) as chat:
        assert (await generated(chat, stream=stream))[0] == "ab"


async def test_a_second_try_has_only_the_time_that_the_first_one_left() -> None:
    with Slow(lambda _: REPLY) as endpoint:
        settings = Settings(chat_base_url=endpoint.url, chat_model="small", chat_timeout=0.6)
        with pytest.raises(Unavailable, match="in time"):
            await generated(ChatModel(settings), stream=False)


@pytest.mark.parametrize("stream", [True, False])
async def test_who_stops_waiting_stops_the_model(
    chat: ChatModel, endpoint: Endpoint, stream: bool
) -> None:
    endpoint.hold.clear()
    asking = asyncio.create_task(generated(chat, stream=stream))
    assert await asyncio.to_thread(endpoint.asked.wait, 30)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert await asyncio.to_thread(endpoint.left.wait, 30)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("status", [200, 400, 500])
async def test_what_an_endpoint_repeats_of_a_question_is_in_no_reason(status: int, stream: bool) -> None:
    def answer(asked: dict[str, Any]) -> Response:
        error = {"type": "extra_forbidden", "input": asked["messages"][-1]["content"][-90:]}
        text = json.dumps({"error": error})
        return Response(f"data: {text}\n\n" if asked.get("stream") and status == 200 else text, status)

    async with serving(ROUTE, answer) as endpoint:
        chat = ChatModel(Settings(chat_base_url=endpoint.url, chat_model="small"))
        with pytest.raises(Unavailable, match="extra_forbidden") as failed:
            await generated(chat, stream=stream)
    assert "port" not in failed.value.message
    assert "Elasticsearch" not in failed.value.message


def spent() -> dict[str, float]:
    kinds = ("prompt", "completion")
    name = "footnote_tokens_total"
    return {
        kind: REGISTRY.get_sample_value(name, {"model": "small", "kind": kind}) or 0 for kind in kinds
    }


def since(before: Mapping[str, float]) -> dict[str, float]:
    return {kind: value - before[kind] for kind, value in spent().items()}


@pytest.mark.parametrize("stream", [True, False])
async def test_what_the_model_says_it_used_is_counted(chat: ChatModel, stream: bool) -> None:
    before = spent()
    await generated(chat, stream=stream)
    assert since(before) == {"prompt": 400, "completion": 20}


async def test_so_is_what_a_rewritten_question_costs(chat: ChatModel) -> None:
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
        await generated(chat, stream=True)
    assert since(before)["completion"] == 10


async def test_who_leaves_before_the_first_word_has_asked_all_the_same(
    chat: ChatModel, endpoint: Endpoint
) -> None:
    before = spent()
    endpoint.hold.clear()
    asking = asyncio.create_task(generated(chat, stream=False))
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
        await generated(chat, stream=stream)
    assert since(before) == {"prompt": 0, "completion": 0}
