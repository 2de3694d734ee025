"""Reads the response of a chat model: its text and then its usage, from one body or from a stream.

A response without text is paid, too: its usage is yielded, and then Unavailable is raised.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from footnote.calls import redaction
from footnote.contracts import Finish, Usage
from footnote.errors import Declined, Unavailable
from functions.answer.generators import Piece, Truncation
from functions.answer.generators.chat.reasoning import ReasoningFilter
from functions.answer.generators.prompt import ChatMessage
from functions.answer.generators.usage import estimate, usage_of

if TYPE_CHECKING:
    import aiohttp

TRUNCATED = ("length", "content_filter")
"""The finish reasons of a text that is not complete."""


async def read_body(
    response: aiohttp.ClientResponse, prompt: Sequence[ChatMessage]
) -> AsyncGenerator[Piece, None]:
    reply = _Reply(prompt, complete=True)
    for piece in reply.feed(await response.json(content_type=None), "message"):
        yield piece
    for piece in reply.close():
        yield piece


async def read_stream(
    response: aiohttp.ClientResponse, prompt: Sequence[ChatMessage]
) -> AsyncGenerator[Piece, None]:
    """Raises Unavailable when the stream breaks off."""
    reply = _Reply(prompt)
    async for line in response.content:
        data = line.strip().removeprefix(b"data:").strip()
        if line.startswith(b"data:") and data != b"[DONE]":
            for piece in reply.feed(json.loads(data), "delta"):
                yield piece
    for piece in reply.close():
        yield piece


class _Reply:
    """What has arrived of a reply; it is complete once it has a finish reason."""

    def __init__(self, prompt: Sequence[ChatMessage], *, complete: bool = False) -> None:
        self._prompt = prompt
        self._complete = complete
        self._reasoning = ReasoningFilter()
        self._written = ""
        """All that the model wrote, with its reasoning."""
        self._has_text = False
        self._usage: Usage | None = None
        self._finish_reason = ""

    def feed(self, body: dict[str, Any], kind: str) -> Iterator[Piece]:
        """The text that the body holds as `kind`: a message, or the delta of a stream."""
        if error := body.get("error"):
            raise Unavailable(f"The chat model failed: {redacted(str(error), self._prompt)}.")
        self._usage = _usage(body) or self._usage
        self._finish_reason = self._finish_reason or _finish_reason(body)
        content = _content(body, kind)
        self._written += content
        yield from self._text(self._reasoning.feed(content))

    def close(self) -> Iterator[Piece]:
        """The rest of the text, a truncation, and the usage."""
        yield from self._text(self._reasoning.close())
        if self._has_text and self._finish_reason in TRUNCATED:
            yield Truncation(cast("Finish", self._finish_reason))
        complete = self._complete or bool(self._finish_reason)
        if self._usage or complete:
            yield self._usage or estimate(self._prompt, self._written)
        if not complete:
            raise Unavailable("The chat model's response ended before it was complete.")
        if not self._has_text:
            raise _no_text(self._finish_reason)

    def _text(self, text: str) -> Iterator[str]:
        if text:
            self._has_text = True
            yield text


def redacted(error: str, prompt: Sequence[ChatMessage]) -> str:
    """The error of an endpoint without what it repeats of the prompt."""
    return redaction.redact(error, (message["content"] for message in prompt))


def _content(body: dict[str, Any], kind: str) -> str:
    """The text of a message or delta. Some reasoning models send parts, of which only text counts."""
    choices = body.get("choices") or [{}]
    content = (choices[0].get(kind) or {}).get("content") or ""
    if isinstance(content, list):
        content = "".join(part["text"] for part in content if part.get("type") == "text")
    return str(content).encode(errors="ignore").decode()  # without lone surrogates


def _finish_reason(body: dict[str, Any]) -> str:
    """Empty while the text goes on."""
    return next((choice.get("finish_reason") or "" for choice in body.get("choices") or []), "")


def _no_text(finish_reason: str) -> Unavailable:
    if finish_reason == "length":
        return Declined("The chat model wrote no text within FOOTNOTE_CHAT_MAX_TOKENS; raise it.")
    return (Declined if finish_reason else Unavailable)("The chat model returned no text.")


def _usage(body: dict[str, Any]) -> Usage | None:
    usage = body.get("usage")
    if not usage:
        return None
    return usage_of(usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0)
