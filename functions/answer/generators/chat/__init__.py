"""A chat model behind OpenAI's API.

It is called without OpenAI's client, which takes ten times the processor time for a call, and whose
import takes longer than everything else that this function does before its first answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from footnote import deadline, trace_context, tracing
from footnote.calls import http
from footnote.calls.circuit_breaker import CircuitBreaker
from footnote.calls.model_client import MALFORMED
from footnote.calls.proxy import proxy_of
from footnote.calls.retries import pause
from footnote.contracts import Passage, Usage
from footnote.errors import DeadlinePassed, Declined, Misconfigured, Unavailable
from functions.answer.generators import Piece
from functions.answer.generators.chat.parameters import REJECTION, Parameters
from functions.answer.generators.chat.response import read_body, read_stream, redacted
from functions.answer.generators.prompt import ChatMessage, answer_prompt
from functions.answer.generators.usage import NO_USAGE, UsageMeter

if TYPE_CHECKING:
    import aiohttp

    from footnote.settings import Settings

RETRYABLE = (429, 500, 502, 503, 504)
"""Statuses after which the same request is tried once more."""
RETRY_PAUSE = 0.4
"""Seconds before that, at most."""
BAD_REQUEST = (400, 413, 422)
"""Statuses of a request that is at fault: its prompt is filtered, or too long."""


@dataclass(frozen=True, slots=True)
class _Request:
    prompt: Sequence[ChatMessage]
    max_tokens: int
    stream: bool


class ChatModel:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.model = settings.chat_model
        self.url = settings.chat_base_url.rstrip("/") + "/chat/completions"
        self.breaker = CircuitBreaker("The chat model")
        self.parameters = Parameters()
        """Those of the last successful request."""

    async def generate(
        self, question: str, passages: Sequence[Passage], *, stream: bool
    ) -> AsyncGenerator[Piece, None]:
        prompt = answer_prompt(question, passages)
        request = _Request(prompt, self.settings.chat_max_tokens, stream)
        async with aclosing(self._reply(request)) as reply:
            async for piece in reply:
                yield piece

    async def complete(self, prompt: Sequence[ChatMessage], max_tokens: int) -> tuple[str, Usage]:
        """The whole reply, which is empty if the model used its tokens without any text, and its usage.

        Raises Unavailable when there is no reply.
        """
        text, usage = "", NO_USAGE
        try:
            async for piece in self._reply(_Request(prompt, max_tokens, stream=False)):
                text += piece if isinstance(piece, str) else ""
                usage = piece if isinstance(piece, Usage) else usage
        except Unavailable:
            if usage is NO_USAGE:
                raise
        return text, usage

    async def _reply(self, request: _Request) -> AsyncGenerator[Piece, None]:
        """Raises Unavailable, after the usage of a reply that is paid, if without text or broken off."""
        read = read_stream if request.stream else read_body
        with self.breaker, self._span() as span, UsageMeter(self.settings, request.prompt) as meter:
            try:
                async with self._response(request) as response:
                    async for piece in read(response, request.prompt):
                        meter.add(piece)
                        if isinstance(piece, Usage):
                            span.set(_usage_attributes(piece))
                        yield piece
            except Unavailable:
                if estimated := meter.estimated():
                    yield estimated
                raise

    def _span(self) -> AbstractContextManager[tracing.Span]:
        return tracing.model_span("chat", self.model, self.settings.chat_base_url)

    @asynccontextmanager
    async def _response(self, request: _Request) -> AsyncIterator[aiohttp.ClientResponse]:
        """A successful response. Raises Unavailable for any failure, also while it is read."""
        import aiohttp

        timeout = deadline.within(self.settings.chat_timeout)
        try:
            async with await self._send(request, _now() + timeout) as response:
                yield response
        except TimeoutError as error:
            raise self._late(timeout, paused=isinstance(error, aiohttp.SocketTimeoutError)) from None
        except aiohttp.ClientPayloadError as error:
            raise Unavailable("The chat model's response ended before it was complete.") from error
        except aiohttp.ClientError as error:
            raise Unavailable(f"The chat model failed: {error}.") from error
        except Misconfigured as error:  # its key
            raise Unavailable(error.message) from error
        except MALFORMED as error:
            raise Unavailable(f"The chat model returned an invalid response: {error!r}.") from error

    def _late(self, timeout: float, *, paused: bool) -> Unavailable:
        if paused:
            return Unavailable(
                f"The chat model sent nothing for {self.settings.chat_patience:g} s. "
                "FOOTNOTE_CHAT_PATIENCE gives it longer."
            )
        if timeout < self.settings.chat_timeout:
            return DeadlinePassed("The chat model did not answer in time.")
        return Unavailable(
            f"The chat model did not answer within {timeout:g} s. FOOTNOTE_CHAT_TIMEOUT gives it longer."
        )

    async def _send(self, request: _Request, expires: float) -> aiohttp.ClientResponse:
        """A successful response. Parameters that the endpoint rejects by name are no longer sent."""
        parameters = self.parameters
        while True:
            fields = parameters.body(request.max_tokens, stream=request.stream)
            body = {"model": self.model, "messages": request.prompt, **fields}
            response = await self._post_with_retry(body, expires)
            if response.status < 400:
                self.parameters = parameters
                return response
            error = await response.text()
            accepted = parameters
            if response.status in REJECTION:
                accepted = parameters.without_rejected(error)
            if accepted == parameters:
                raise _failure(response.status, redacted(error, request.prompt))
            parameters = accepted

    async def _post_with_retry(self, body: Mapping[str, Any], expires: float) -> aiohttp.ClientResponse:
        """One retry, of a failure that may be transient."""
        import aiohttp

        try:
            response = await self._post(body, expires)
            if response.status not in RETRYABLE:
                return response
            response.release()
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
            pass
        await pause(RETRY_PAUSE)
        return await self._post(body, expires)

    async def _post(self, body: Mapping[str, Any], expires: float) -> aiohttp.ClientResponse:
        import aiohttp

        key = self.settings.secret("chat-key")
        headers = trace_context.headers() | ({"authorization": f"Bearer {key}"} if key else {})
        if (left := expires - _now()) <= 0:
            raise TimeoutError
        read_timeout = self.settings.chat_patience if body.get("stream") else None
        timeout = aiohttp.ClientTimeout(total=left, sock_read=read_timeout)
        via = proxy_of(urlsplit(self.url))
        proxy: dict[str, Any] = {"proxy": via.url, "proxy_headers": via.headers} if via else {}
        return await http.session().post(self.url, json=body, headers=headers, timeout=timeout, **proxy)


def _failure(status: int, reason: str) -> Unavailable:
    failure = Declined if status in BAD_REQUEST else Unavailable
    return failure(f"The chat model answered with status {status}: {reason}")


def _now() -> float:
    return asyncio.get_running_loop().time()


def _usage_attributes(usage: Usage) -> tracing.Attributes:
    return {
        "gen_ai.usage.input_tokens": usage.prompt_tokens,
        "gen_ai.usage.output_tokens": usage.completion_tokens,
    }
