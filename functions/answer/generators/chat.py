"""A chat model behind OpenAI's API.

It is spoken to directly: OpenAI's own client takes ten times the processor time for a call, and more for
its import than all else that this function does before its first answer.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

from footnote import deadline, http, telemetry, tracing
from footnote.breaker import Breaker
from footnote.contracts import Passage, Usage
from footnote.errors import DeadlinePassed, Unavailable
from functions.answer.generators.prompt import ChatMessage, messages

if TYPE_CHECKING:
    import aiohttp

    from footnote.settings import Settings

AGAIN = (429, 500, 502, 503, 504)
"""Statuses after which the same call is tried once more."""
PAUSE = (0.1, 0.4)
"""Seconds before that, anything between."""
CHARACTERS = 4
"""Of a token, where the endpoint does not say how many tokens it used."""


class ChatModel:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.model = settings.chat_model
        self.url = settings.chat_base_url.rstrip("/") + "/chat/completions"
        self.breaker = Breaker("The chat model")

    async def generate(
        self, question: str, passages: Sequence[Passage], *, stream: bool
    ) -> AsyncGenerator[str | Usage, None]:
        prompt = messages(question, passages)
        limit = self.settings.chat_max_tokens
        if not stream:
            text, usage = await self.complete(prompt, limit)
            yield text
            yield usage
            return
        with self.breaker, self._span() as span:
            async with self._call(prompt, limit, stream=True) as response:
                async for piece in _pieces(response, prompt):
                    if isinstance(piece, Usage):
                        span.set(_spent(piece))
                    yield piece

    async def complete(self, prompt: Sequence[ChatMessage], limit: int) -> tuple[str, Usage]:
        """The whole reply of at most `limit` tokens. Raises Unavailable when there is none."""
        with self.breaker, self._span() as span:
            async with self._call(prompt, limit, stream=False) as response:
                body = await response.json(content_type=None)
            text = _content(body, "message")
            if not text:
                raise Unavailable("The chat model said nothing.")
            usage = _usage(body) or _estimate(prompt, text)
            span.set(_spent(usage))
            return text, usage

    def _span(self) -> AbstractContextManager[tracing.Span]:
        return tracing.model_span("chat", self.model, self.settings.chat_base_url)

    @asynccontextmanager
    async def _call(
        self, prompt: Sequence[ChatMessage], limit: int, *, stream: bool
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The response, once it is a good one. Raises Unavailable for whatever goes wrong with it."""
        import aiohttp

        seconds = deadline.within(self.settings.chat_timeout)
        try:
            response = await self._begin(self._body(prompt, limit, stream), seconds, stream)
            async with response:
                yield response
        except TimeoutError:
            late = DeadlinePassed if seconds < self.settings.chat_timeout else Unavailable
            raise late("The chat model did not answer in time.") from None
        except (aiohttp.ClientError, ValueError) as error:
            raise Unavailable(f"The chat model failed: {error}.") from error

    async def _begin(self, body: dict[str, Any], seconds: float, stream: bool) -> aiohttp.ClientResponse:
        import aiohttp

        for last in (False, True):
            try:
                response = await self._post(body, seconds, stream)
            except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
                if last:
                    raise
            else:
                if response.status < 400:
                    return response
                reason = (await response.text())[:200]
                if last or response.status not in AGAIN:
                    raise Unavailable(f"The chat model answered {response.status}: {reason}")
            await asyncio.sleep(random.uniform(*PAUSE))
        raise AssertionError("unreachable")

    async def _post(self, body: dict[str, Any], seconds: float, stream: bool) -> aiohttp.ClientResponse:
        import aiohttp

        patience = self.settings.chat_patience if stream else None
        key = self.settings.secret("chat-key")
        headers = telemetry.trace_headers() | ({"authorization": f"Bearer {key}"} if key else {})
        timeout = aiohttp.ClientTimeout(total=seconds, sock_read=patience)
        return await http.session().post(self.url, json=body, headers=headers, timeout=timeout)

    def _body(self, prompt: Sequence[ChatMessage], limit: int, stream: bool) -> dict[str, Any]:
        body = {"model": self.model, "messages": prompt, "temperature": 0, "max_tokens": limit}
        streaming = {"stream": True, "stream_options": {"include_usage": True}}
        return {**body, **streaming} if stream else body


async def _pieces(
    response: aiohttp.ClientResponse, prompt: Sequence[ChatMessage]
) -> AsyncGenerator[str | Usage, None]:
    """The text and the usage in the events of a stream. Raises Unavailable when it breaks off."""
    written, usage, finished = "", None, False
    async for line in response.content:
        data = line.strip().removeprefix(b"data:").strip()
        if not line.startswith(b"data:") or data == b"[DONE]":
            continue
        chunk = json.loads(data)
        if error := chunk.get("error"):
            raise Unavailable(f"The chat model failed: {error}.")
        usage = _usage(chunk) or usage
        finished = finished or _finished(chunk)
        if text := _content(chunk, "delta"):
            written += text
            yield text
    if not finished or not written:
        raise Unavailable("The chat model broke off." if written else "The chat model said nothing.")
    yield usage or _estimate(prompt, written)


def _spent(usage: Usage) -> tracing.Attributes:
    return {
        "gen_ai.usage.input_tokens": usage.prompt_tokens,
        "gen_ai.usage.output_tokens": usage.completion_tokens,
    }


def _content(body: dict[str, Any], kind: str) -> str:
    choices = body.get("choices") or [{}]
    return (choices[0].get(kind) or {}).get("content") or ""


def _finished(body: dict[str, Any]) -> bool:
    return any(choice.get("finish_reason") for choice in body.get("choices") or [])


def _usage(body: dict[str, Any]) -> Usage | None:
    given = body.get("usage")
    if not given:
        return None
    prompt, completion = given.get("prompt_tokens") or 0, given.get("completion_tokens") or 0
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)


def _estimate(prompt: Sequence[ChatMessage], written: str) -> Usage:
    asked = sum(len(message["content"]) for message in prompt) // CHARACTERS
    answered = max(1, len(written) // CHARACTERS)
    return Usage(prompt_tokens=asked, completion_tokens=answered, total_tokens=asked + answered)
