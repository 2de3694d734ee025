"""What all generators have in common, and the failures of a chat model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import aclosing
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from footnote.contracts import Finish, Usage
from footnote.errors import Misconfigured, Unavailable
from footnote.settings import Settings
from functions.answer.generators import Generator, Truncation, open_generator
from functions.answer.generators.chat import ChatModel
from functions.answer.generators.extractive import Extractive
from tests.chat_model import USAGE
from tests.chat_model import ChatModel as Endpoint
from tests.peer import Peer
from tests.proxy import running_proxy
from tests.unit.functions.answer.generators.generation import QUESTION, chat_model_answering, generate
from tests.unit.functions.answer.samples import REPLY, two

pytestmark = pytest.mark.usefixtures("calls")

PAID = Usage(**USAGE)


@pytest.fixture(params=["extractive", "chat"])
def generator(request: pytest.FixtureRequest, chat: ChatModel) -> Generator:
    return chat if request.param == "chat" else Extractive()


def reasoning(endpoint: Endpoint) -> ChatModel:
    return ChatModel(Settings(chat_base_url=endpoint.url, chat_model="large", chat_max_tokens=700))


class Slow(Endpoint):
    """A slow chat model that is overloaded at first."""

    def answer(self, handler: BaseHTTPRequestHandler, request: Mapping[str, Any]) -> None:
        time.sleep(0.4)
        self.status = 200 if self.prompts else 503
        super().answer(handler, request)


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
        *texts, usage = await generate(generator, stream=stream)
        assert "9200" in "".join(text for text in texts if isinstance(text, str))
        assert all(isinstance(text, str) and text for text in texts)
        assert isinstance(usage, Usage)

    async def test_names_passages_by_their_numbers(self, generator: Generator, stream: bool) -> None:
        pieces = await generate(generator, stream=stream)
        assert "[2]" in "".join(piece for piece in pieces if isinstance(piece, str))

    async def test_may_be_left_after_the_first_piece(self, generator: Generator, stream: bool) -> None:
        async with aclosing(generator.generate(QUESTION, two(), stream=stream)) as pieces:
            assert await anext(pieces)

    async def test_works_for_many_at_once(self, generator: Generator, stream: bool) -> None:
        answers = await asyncio.gather(*(generate(generator, stream=stream) for _ in range(20)))
        assert all(answer == answers[0] for answer in answers)


async def test_the_text_of_a_chat_model_comes_through_as_it_is(chat: ChatModel) -> None:
    for stream in (True, False):
        *texts, usage = await generate(chat, stream=stream)
        assert "".join(map(str, texts)) == REPLY
        assert usage == PAID


async def test_the_key_is_shown_as_it_is_now(endpoint: Endpoint, tmp_path: Path) -> None:
    given = {"chat_base_url": endpoint.url, "chat_model": "small", "secrets": tmp_path}
    chat = ChatModel(Settings.model_validate(given))
    await generate(chat, stream=False)
    for key in ("first", "second"):
        (tmp_path / "chat-key").write_text(key)
        await generate(chat, stream=False)
    shown = [headers.get("authorization") for headers in endpoint.headers]
    assert shown == [None, "Bearer first", "Bearer second"]


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
async def test_a_chat_model_that_fails_is_unavailable(
    chat: ChatModel, endpoint: Endpoint, status: int, stream: bool
) -> None:
    endpoint.status = status
    with pytest.raises(Unavailable):
        await generate(chat, stream=stream)
    assert len(endpoint.prompts) == (1 if status in (400, 401, 404) else 2)


async def test_a_chat_model_without_a_readable_key_is_unavailable_and_not_called(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    (tmp_path / "chat-key").mkdir()
    chat = ChatModel(Settings(chat_base_url=endpoint.url, chat_model="small", secrets=tmp_path))
    with pytest.raises(Unavailable, match="chat-key cannot be read: Is a directory"):
        await generate(chat, stream=False)
    assert endpoint.prompts == []


@pytest.mark.parametrize("stream", [True, False])
async def test_a_chat_model_that_says_nothing_is_unavailable(stream: bool) -> None:
    with Endpoint(lambda _: "") as endpoint:
        chat = ChatModel(Settings(chat_base_url=endpoint.url, chat_model="small"))
        with pytest.raises(Unavailable):
            await generate(chat, stream=stream)


@pytest.mark.parametrize("stream", [True, False])
async def test_the_usage_of_a_reply_without_text_is_counted(stream: bool) -> None:
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
        assert "9200" in str(await generate(chat, stream=stream))
    assert len(endpoint.prompts) == 4
    assert endpoint.asked_for["max_completion_tokens"] == 700


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_a_text_that_is_cut_off_says_so(endpoint: Endpoint, reason: Finish, stream: bool) -> None:
    endpoint.finish = reason
    *texts, end, usage = await generate(reasoning(endpoint), stream=stream)
    assert "".join(map(str, texts)) == REPLY
    assert (end, usage) == (Truncation(reason), PAID)


async def test_a_parameter_without_which_it_fails_too_is_given_again(endpoint: Endpoint) -> None:
    endpoint.untaken = ("max_tokens", "max_completion_tokens")
    chat = reasoning(endpoint)
    with pytest.raises(Unavailable, match="max_completion_tokens"):
        await generate(chat, stream=False)
    endpoint.untaken = ()
    await generate(chat, stream=False)
    assert endpoint.asked_for["max_tokens"] == 700


@pytest.mark.parametrize("stream", [True, False])
async def test_a_chat_model_that_cannot_be_reached_is_unavailable(stream: bool) -> None:
    chat = ChatModel(Settings(chat_base_url="http://127.0.0.1:9/v1", chat_model="small"))
    with pytest.raises(Unavailable):
        await generate(chat, stream=stream)


async def test_a_chat_model_that_times_out_is_unavailable(endpoint: Endpoint) -> None:
    endpoint.hold.clear()
    settings = Settings(chat_base_url=endpoint.url, chat_model="small", chat_patience=0.1)
    async with asyncio.timeout(settings.chat_timeout / 2):
        with pytest.raises(Unavailable, match=r"nothing for 0.1 s. FOOTNOTE_CHAT_PATIENCE"):
            await generate(ChatModel(settings), stream=True)


async def test_a_chat_model_that_breaks_off_is_unavailable(chat: ChatModel, endpoint: Endpoint) -> None:
    endpoint.breaks_after = 15
    async with aclosing(chat.generate(QUESTION, two(), stream=True)) as pieces:
        assert [await anext(pieces) for _ in range(3)] == [REPLY[:5], REPLY[5:10], REPLY[10:15]]
        assert isinstance(await anext(pieces), Usage)
        with pytest.raises(Unavailable):
            await anext(pieces)


async def test_a_connection_that_ends_within_a_chunk_is_told_in_words_of_our_own() -> None:
    begun = b'ff\r\ndata: {"choices": [{"delta": {"content'
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    async with Peer([head + begun]) as url:
        chat = ChatModel(Settings(chat_base_url=url, chat_model="small"))
        with pytest.raises(Unavailable) as broken:
            await generate(chat, stream=True)
    assert broken.value.message == "The chat model's response ended before it was complete."


@pytest.mark.parametrize("stream", [True, False])
async def test_a_chat_model_whose_response_never_starts_is_unavailable(stream: bool) -> None:
    async with chat_model_answering({}) as chat:
        for _ in range(8):
            with pytest.raises(Unavailable):
                await generate(chat, stream=stream)
        with pytest.raises(Unavailable, match="calls are paused"):
            await generate(chat, stream=stream)


async def test_the_circuit_breaker_opens_for_a_chat_model_that_keeps_failing(
    chat: ChatModel, endpoint: Endpoint
) -> None:
    endpoint.status = 401
    for _ in range(8):
        with pytest.raises(Unavailable):
            await generate(chat, stream=False)
    assert len(endpoint.prompts) < 8


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_requests_that_it_declines_do_not_keep_the_others_from_it(
    chat: ChatModel, endpoint: Endpoint, status: int
) -> None:
    endpoint.status = status
    for _ in range(8):
        with pytest.raises(Unavailable):
            await generate(chat, stream=False)
    endpoint.status = 200
    assert "9200" in str(await generate(chat, stream=False))


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("body", [None, [{"error": "no"}], {"choices": [None]}, {"choices": 7}])
async def test_a_chat_model_with_a_malformed_response_is_unavailable(body: Any, stream: bool) -> None:
    async with chat_model_answering(body) as chat:
        with pytest.raises(Unavailable, match=r"invalid response|no text|before it was complete"):
            await generate(chat, stream=stream)


async def test_a_second_try_has_only_the_time_that_the_first_one_left() -> None:
    with Slow(lambda _: REPLY) as endpoint:
        settings = Settings(chat_base_url=endpoint.url, chat_model="small", chat_timeout=0.6)
        with pytest.raises(Unavailable, match=r"within 0.6 s. FOOTNOTE_CHAT_TIMEOUT gives it longer"):
            await generate(ChatModel(settings), stream=False)


@pytest.mark.parametrize("stream", [True, False])
async def test_cancellation_closes_the_connection_to_the_model(
    chat: ChatModel, endpoint: Endpoint, stream: bool
) -> None:
    endpoint.hold.clear()
    asking = asyncio.create_task(generate(chat, stream=stream))
    assert await asyncio.to_thread(endpoint.asked.wait, 30)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert await asyncio.to_thread(endpoint.left.wait, 30)


async def test_a_chat_model_is_reached_through_the_proxy_whose_password_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(chat_base_url="https://models.example.com/v1", chat_model="small")
    async with running_proxy(monkeypatch) as proxy:
        proxy.refusal = "403 Forbidden"
        with pytest.raises(Unavailable, match="403") as failure:
            await generate(ChatModel(settings), stream=True)
    assert proxy.requests[0].startswith("CONNECT models.example.com:443 ")
    assert "Proxy-Authorization: Basic dXNAZXI6c2VjcmV0" in proxy.requests[0]
    assert "secret" not in failure.value.message
