"""POST /v1/chat/completions: OpenAI's chat API. Citations are annotations there, and whole in fields of
their own."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from footnote import serving
from footnote.contracts import AnswerRequest, AnswerResponse, Citation, Message, Statement
from footnote.errors import FootnoteError, InvalidRequest
from footnote.serving import Endpoint
from functions.answer.endpoints import sse
from functions.answer.service import AnswerService, PendingAnswer

EXTRA = {"citations", "statements", "grounded", "refused", "notices", "timings_ms"}
"""Fields that a response has beyond OpenAI's."""


class Lenient(BaseModel):
    """A body whose other fields are ignored."""

    model_config = ConfigDict(extra="ignore", defer_build=True)


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


class ResponseFormat(Lenient):
    type: Literal["text"]


class CompletionRequest(Lenient):
    """What no answer meets, such as a format or a call of a tool that is demanded, is refused: a client
    would look for it in vain."""

    messages: list[ChatMessage]
    n: Literal[1] | None = None
    response_format: ResponseFormat | None = None
    tool_choice: Literal["none", "auto"] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    def to_answer_request(self) -> AnswerRequest:
        """Raises InvalidRequest if no message is by the user or the assistant."""
        messages = [
            Message.model_validate({"role": message.role, "content": message.text})
            for message in self.messages
            if message.role in ("user", "assistant")
        ]
        if not messages:
            raise InvalidRequest("messages: at least one must have the role `user`.")
        return AnswerRequest(messages=messages)


def with_openai_errors(endpoint: Endpoint) -> Endpoint:
    """The endpoint with its errors in OpenAI's format."""

    async def wrapped(request: Request) -> Response:
        try:
            return await endpoint(request)
        except FootnoteError as error:
            return serving.error_response(error, _error_body(error))

    return wrapped


class Completions:
    def __init__(self, service: AnswerService) -> None:
        self.service = service

    async def __call__(self, request: Request) -> Response:
        body = await serving.parse_body(request, CompletionRequest)
        pending = await self.service.start(request, body.to_answer_request())
        headers = pending.headers
        if body.stream:
            with_usage = bool(body.stream_options and body.stream_options.include_usage)
            return sse.response(_chunks(pending, with_usage), _error_frame, headers)
        return JSONResponse(_completion(await pending.answer()), headers=headers)


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


async def _chunks(pending: PendingAnswer, with_usage: bool) -> sse.Frames:
    context = pending.context
    head = _head("chat.completion.chunk", context.id, context.generator.model)

    def chunk(delta: Mapping[str, object], finish: str | None = None, **extra: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return sse.frame(json.dumps({**head, "choices": [choice], **extra}, ensure_ascii=False))

    yield chunk({"role": "assistant", "content": ""})
    async for event in pending.events():
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
    first = {number: statement for statement in reversed(statements) for number in statement.citations}
    return [_annotation(citation, first[citation.number]) for citation in citations]


def _annotation(citation: Citation, statement: Statement) -> dict[str, Any]:
    url = {"url": citation.uri, "title": citation.title}
    return {
        "type": "url_citation",
        "url_citation": {**url, "start_index": statement.start, "end_index": statement.end},
    }


def _head(kind: str, id: str, model: str) -> dict[str, Any]:
    return {"id": id, "object": kind, "created": int(time.time()), "model": model}


def _error_body(error: FootnoteError) -> bytes:
    return error.body(param=None, code=error.type)


def _error_frame(error: FootnoteError) -> bytes:
    return sse.frame(_error_body(error))
