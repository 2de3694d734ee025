"""OpenAI's chat API, so that clients made for it can ask. Citations travel as annotations, and whole in
fields of their own."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from footnote import serving
from footnote.contracts import AnswerRequest, AnswerResponse, Citation, Message, Statement
from footnote.errors import FootnoteError, InvalidRequest
from functions.answer.endpoints import sse
from functions.answer.service import AnswerService, PendingAnswer

EXTRA = {"citations", "statements", "grounded", "refused", "notices", "timings_ms"}
"""What the answer has beyond OpenAI's fields."""


class Lenient(BaseModel):
    """A body of which only what matters here is read."""

    model_config = ConfigDict(extra="ignore")


class ContentPart(Lenient):
    type: str
    text: str | None = None


class ChatMessage(Lenient):
    role: str
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text or "" for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(Lenient):
    include_usage: bool | None = None


class CompletionRequest(Lenient):
    messages: list[ChatMessage]
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    def question(self) -> AnswerRequest:
        """Raises InvalidRequest when nobody asks anything."""
        spoken = [message for message in self.messages if message.role in ("user", "assistant")]
        if not spoken:
            raise InvalidRequest("messages: there is none by the user.")
        said = [Message.model_validate({"role": one.role, "content": one.text}) for one in spoken]
        return AnswerRequest(messages=said)


def in_openai_shape(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint with its errors as OpenAI's clients expect them."""

    async def wrapped(request: Request) -> Response:
        try:
            return await endpoint(request)
        except FootnoteError as error:
            return serving.error_response(error, _error(error))

    return wrapped


class Completions:
    """POST /v1/chat/completions."""

    def __init__(self, desk: AnswerService) -> None:
        self.desk = desk

    async def __call__(self, request: Request) -> Response:
        asked = await serving.parse_body(request, CompletionRequest)
        session = await self.desk.receive(request, asked.question())
        headers = session.headers
        if asked.stream:
            usage = bool(asked.stream_options and asked.stream_options.include_usage)
            return sse.response(_chunks(session, usage), _failure, headers)
        return JSONResponse(_completion(await session.answer()), headers=headers)


def _completion(answer: AnswerResponse) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": answer.answer,
        "refusal": None,
        "annotations": url_citations(answer.citations, answer.statements),
    }
    choice = {"index": 0, "message": message, "finish_reason": answer.finish, "logprobs": None}
    usage = answer.usage.model_dump()
    head = _head("chat.completion", answer.id, answer.model)
    return {**head, "choices": [choice], "usage": usage, **answer.model_dump(mode="json", include=EXTRA)}


async def _chunks(session: PendingAnswer, with_usage: bool) -> sse.Frames:
    head = _head("chat.completion.chunk", session.prepared.id, session.prepared.generator.model)

    def chunk(delta: Mapping[str, object], finish: str | None = None, **extra: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return sse.frame(json.dumps({**head, "choices": [choice], **extra}, ensure_ascii=False))

    yield chunk({"role": "assistant", "content": ""})
    async for event in session.events():
        if isinstance(event, str):
            yield chunk({"content": event})
        elif not isinstance(event, Citation):
            head["model"] = event.model
            delta = {"annotations": url_citations(event.citations, event.statements)}
            yield chunk(delta, event.finish, **event.model_dump(mode="json", include=EXTRA))
            if with_usage:
                yield sse.frame(json.dumps({**head, "choices": [], "usage": event.usage.model_dump()}))
    yield sse.frame("[DONE]")


def url_citations(
    citations: Sequence[Citation], statements: Sequence[Statement]
) -> list[dict[str, Any]]:
    """OpenAI's annotations: one for each citation, at the first statement that cites it."""
    places = {number: statement for statement in reversed(statements) for number in statement.citations}
    return [_annotation(citation, places[citation.number]) for citation in citations]


def _annotation(citation: Citation, place: Statement) -> dict[str, Any]:
    url = {"url": citation.uri, "title": citation.title}
    return {
        "type": "url_citation",
        "url_citation": {**url, "start_index": place.start, "end_index": place.end},
    }


def _head(kind: str, id: str, model: str) -> dict[str, Any]:
    return {"id": id, "object": kind, "created": int(time.time()), "model": model}


def _error(error: FootnoteError) -> bytes:
    return error.body(param=None, code=error.type)


def _failure(error: FootnoteError) -> bytes:
    return sse.frame(_error(error))
