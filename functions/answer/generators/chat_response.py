"""Reads the response of a chat model: its text and then its usage, from one body or from a stream.

A response without text is paid, too: its usage is yielded, and then Unavailable is raised.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, Any, cast

from footnote.calls import redaction
from footnote.contracts import Finish, Usage
from footnote.errors import Declined, Unavailable
from functions.answer.generators import Piece, Truncation
from functions.answer.generators.prompt import ChatMessage
from functions.answer.generators.reasoning import ReasoningFilter
from functions.answer.generators.usage import estimate

if TYPE_CHECKING:
    import aiohttp

TRUNCATED = ("length", "content_filter")
"""The finish reasons of a text that is not complete."""


async def read_body(
    response: aiohttp.ClientResponse, prompt: Sequence[ChatMessage]
) -> AsyncGenerator[Piece, None]:
    body = await response.json(content_type=None)
    if error := body.get("error"):
        raise Unavailable(f"The chat model failed: {redacted(str(error), prompt)}.")
    written, finish_reason = _content(body, "message"), _finish_reason(body)
    reasoning = ReasoningFilter()
    text = reasoning.feed(written) + reasoning.close()
    if text:
        yield text
    if text and finish_reason in TRUNCATED:
        yield Truncation(cast("Finish", finish_reason))
    yield _usage(body) or estimate(prompt, written)
    if not text:
        raise _no_text(finish_reason)


async def read_stream(
    response: aiohttp.ClientResponse, prompt: Sequence[ChatMessage]
) -> AsyncGenerator[Piece, None]:
    """Raises Unavailable when the stream breaks off."""
    written, text, usage, finish_reason = "", "", None, ""
    reasoning = ReasoningFilter()
    async for line in response.content:
        data = line.strip().removeprefix(b"data:").strip()
        if not line.startswith(b"data:") or data == b"[DONE]":
            continue
        chunk = json.loads(data)
        if error := chunk.get("error"):
            raise Unavailable(f"The chat model failed: {redacted(str(error), prompt)}.")
        usage = _usage(chunk) or usage
        finish_reason = finish_reason or _finish_reason(chunk)
        if delta := _content(chunk, "delta"):
            written += delta
            if fresh := reasoning.feed(delta):
                text += fresh
                yield fresh
    if rest := reasoning.close():
        text += rest
        yield rest
    if text and finish_reason in TRUNCATED:
        yield Truncation(cast("Finish", finish_reason))
    if usage or finish_reason:
        yield usage or estimate(prompt, written)
    if not finish_reason:
        raise Unavailable("The chat model's response ended before it was complete.")
    if not text:
        raise _no_text(finish_reason)


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
    prompt, completion = usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)
