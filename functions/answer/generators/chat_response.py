"""What a chat model answers: text, and last what it used, all at once or while it is written.

A reply without text is paid, too: its usage comes, and then Unavailable is raised.
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

if TYPE_CHECKING:
    import aiohttp

EARLY = ("length", "content_filter")
"""Why a text ends that is not complete."""
CHARACTERS = 4
"""Of a token, where the endpoint does not say how many tokens it used."""


async def whole(
    response: aiohttp.ClientResponse, prompt: Sequence[ChatMessage]
) -> AsyncGenerator[Piece, None]:
    body = await response.json(content_type=None)
    if error := body.get("error"):
        raise Unavailable(f"The chat model failed: {said(str(error), prompt)}.")
    if text := _content(body, "message"):
        yield text
    if text and (end := _end(_finished(body))):
        yield end
    yield _usage(body) or estimate(prompt, text)
    if not text:
        raise _silence(_finished(body))


async def pieces(
    response: aiohttp.ClientResponse, prompt: Sequence[ChatMessage]
) -> AsyncGenerator[Piece, None]:
    """The text and the usage in the events of a stream. Raises Unavailable when it breaks off."""
    written, usage, finished = "", None, ""
    async for line in response.content:
        data = line.strip().removeprefix(b"data:").strip()
        if not line.startswith(b"data:") or data == b"[DONE]":
            continue
        chunk = json.loads(data)
        if error := chunk.get("error"):
            raise Unavailable(f"The chat model failed: {said(str(error), prompt)}.")
        usage = _usage(chunk) or usage
        finished = finished or _finished(chunk)
        if text := _content(chunk, "delta"):
            written += text
            yield text
    if written and (end := _end(finished)):
        yield end
    if usage or finished:
        yield usage or estimate(prompt, written)
    if not finished:
        raise Unavailable("The chat model broke off.")
    if not written:
        raise _silence(finished)


def _content(body: dict[str, Any], kind: str) -> str:
    """A text, or the texts among its parts, as some models that reason have it."""
    choices = body.get("choices") or [{}]
    content = (choices[0].get(kind) or {}).get("content") or ""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if part.get("type") == "text")
    return content


def _finished(body: dict[str, Any]) -> str:
    """Why it ends; empty where it does not say that it does."""
    return next((choice.get("finish_reason") or "" for choice in body.get("choices") or []), "")


def _end(finished: str) -> Truncation | None:
    return Truncation(cast("Finish", finished)) if finished in EARLY else None


def _silence(finished: str) -> Unavailable:
    if finished == "length":
        return Declined("The chat model said nothing within FOOTNOTE_CHAT_MAX_TOKENS; raise it.")
    return (Declined if finished else Unavailable)("The chat model said nothing.")


def _usage(body: dict[str, Any]) -> Usage | None:
    given = body.get("usage")
    if not given:
        return None
    prompt, completion = given.get("prompt_tokens") or 0, given.get("completion_tokens") or 0
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)


def estimate(prompt: Sequence[ChatMessage], written: str) -> Usage:
    asked = sum(len(message["content"]) for message in prompt) // CHARACTERS
    answered = max(1, len(written) // CHARACTERS)
    return Usage(prompt_tokens=asked, completion_tokens=answered, total_tokens=asked + answered)


def said(reason: str, prompt: Sequence[ChatMessage]) -> str:
    """Why an endpoint fails, without what it repeats of the prompt."""
    return redaction.redact(reason, (message["content"] for message in prompt))
