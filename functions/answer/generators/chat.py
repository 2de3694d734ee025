"""A chat model behind OpenAI's API.

It is spoken to directly: OpenAI's own client takes ten times the processor time for a call, and more for
its import than all else that this function does before its first answer.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any

from footnote import deadline, telemetry, tracing
from footnote.calls import http
from footnote.calls.circuit_breaker import CircuitBreaker
from footnote.calls.model_client import MALFORMED
from footnote.contracts import Passage, Usage
from footnote.errors import DeadlinePassed, Declined, Misconfigured, Unavailable
from functions.answer.generators import Piece
from functions.answer.generators.chat_response import estimate, pieces, said, whole
from functions.answer.generators.parameters import UNTAKEN, Parameters
from functions.answer.generators.prompt import ChatMessage, messages
from functions.answer.generators.usage import UsageMeter

if TYPE_CHECKING:
    import aiohttp

    from footnote.settings import Settings

AGAIN = (429, 500, 502, 503, 504)
"""Statuses after which the same call is tried once more."""
DECLINED = (400, 413, 422)
"""Statuses of a request that is at fault: a prompt that is filtered, or too long."""
PAUSE = (0.1, 0.4)
"""Seconds before that, anything between."""


class ChatModel:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.model = settings.chat_model
        self.url = settings.chat_base_url.rstrip("/") + "/chat/completions"
        self.breaker = CircuitBreaker("The chat model")
        self.parameters = Parameters()
        """As the endpoint took them last."""

    async def generate(
        self, question: str, passages: Sequence[Passage], *, stream: bool
    ) -> AsyncGenerator[Piece, None]:
        prompt, limit = messages(question, passages), self.settings.chat_max_tokens
        async with aclosing(self._reply(prompt, limit, stream=stream)) as reply:
            async for piece in reply:
                yield piece

    async def complete(self, prompt: Sequence[ChatMessage], limit: int) -> tuple[str, Usage]:
        """The whole reply of at most `limit` tokens, empty where the model used them to say nothing.

        Raises Unavailable when there is none.
        """
        text, usage = "", None
        try:
            async for piece in self._reply(prompt, limit, stream=False):
                text += piece if isinstance(piece, str) else ""
                usage = piece if isinstance(piece, Usage) else usage
        except Unavailable:
            if usage is None:
                raise
        return text, usage or estimate(prompt, text)

    async def _reply(
        self, prompt: Sequence[ChatMessage], limit: int, *, stream: bool
    ) -> AsyncGenerator[Piece, None]:
        """Text, and its usage, which is paid even for a reply without text: then raises Unavailable."""
        with self.breaker, self._span() as span, UsageMeter(self.settings, prompt) as spending:
            async with self._call(prompt, limit, stream=stream) as response:
                async for piece in (pieces if stream else whole)(response, prompt):
                    spending.add(piece)
                    if isinstance(piece, Usage):
                        span.set(_spent(piece))
                    yield piece

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
            response = await self._begin(prompt, limit, _now() + seconds, stream)
            async with response:
                yield response
        except TimeoutError:
            late = DeadlinePassed if seconds < self.settings.chat_timeout else Unavailable
            raise late("The chat model did not answer in time.") from None
        except aiohttp.ClientPayloadError as error:
            raise Unavailable("The chat model broke off.") from error
        except aiohttp.ClientError as error:
            raise Unavailable(f"The chat model failed: {error}.") from error
        except Misconfigured as error:  # its key
            raise Unavailable(error.message) from error
        except MALFORMED as error:
            raise Unavailable(f"The chat model answered badly: {error!r}.") from error

    async def _begin(
        self, prompt: Sequence[ChatMessage], limit: int, until: float, stream: bool
    ) -> aiohttp.ClientResponse:
        """A good response. What an endpoint refuses by its name is left out, from then on."""
        parameters = self.parameters
        while True:
            body = {"model": self.model, "messages": prompt, **parameters(limit, stream=stream)}
            response = await self._persistently(body, until, stream)
            if response.status < 400:
                self.parameters = parameters
                return response
            reason = await response.text()
            fewer = parameters.without(reason) if response.status in UNTAKEN else parameters
            if fewer == parameters:
                failure = Declined if response.status in DECLINED else Unavailable
                raise failure(f"The chat model answered {response.status}: {said(reason, prompt)}")
            parameters = fewer

    async def _persistently(
        self, body: Mapping[str, Any], until: float, stream: bool
    ) -> aiohttp.ClientResponse:
        """The response; where it may pass, that to a second try."""
        import aiohttp

        try:
            response = await self._post(body, until, stream)
            if response.status not in AGAIN:
                return response
            response.release()
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
            pass
        await asyncio.sleep(random.uniform(*PAUSE))
        return await self._post(body, until, stream)

    async def _post(self, body: Mapping[str, Any], until: float, stream: bool) -> aiohttp.ClientResponse:
        import aiohttp

        patience = self.settings.chat_patience if stream else None
        key = self.settings.secret("chat-key")
        headers = telemetry.trace_headers() | ({"authorization": f"Bearer {key}"} if key else {})
        if (left := until - _now()) <= 0:
            raise TimeoutError
        timeout = aiohttp.ClientTimeout(total=left, sock_read=patience)
        return await http.session().post(self.url, json=body, headers=headers, timeout=timeout)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _spent(usage: Usage) -> tracing.Attributes:
    return {
        "gen_ai.usage.input_tokens": usage.prompt_tokens,
        "gen_ai.usage.output_tokens": usage.completion_tokens,
    }
