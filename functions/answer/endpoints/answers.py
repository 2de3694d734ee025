"""POST /chat and POST /query: a question in, an answer with its citations out, whole or as a stream."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response

from footnote import serving
from footnote.contracts import AnswerRequest, AnswerResponse, Citation
from footnote.errors import FootnoteError
from functions.answer.endpoints import sse
from functions.answer.pipeline import AnswerEvent
from functions.answer.service import AnswerService, PendingAnswer


class Answers:
    def __init__(self, service: AnswerService) -> None:
        self.service = service

    async def __call__(self, request: Request) -> Response:
        question = await serving.parse_body(request, AnswerRequest)
        pending = await self.service.start(request, question)
        if "text/event-stream" in request.headers.get("accept", ""):
            return sse.response(_frames(pending), _error_frame, pending.headers)
        answer = await pending.answer()
        body = answer.model_dump_json()
        return Response(body, headers=pending.headers, media_type="application/json")


async def _frames(pending: PendingAnswer) -> sse.Frames:
    async for event in pending.events():
        yield _frame(event)


def _frame(event: AnswerEvent) -> bytes:
    if isinstance(event, AnswerResponse):
        return sse.frame(event.model_dump_json(), "done")
    if isinstance(event, Citation):
        return sse.frame(event.model_dump_json(), "citation")
    return sse.frame(json.dumps({"text": event}, ensure_ascii=False), "delta")


def _error_frame(error: FootnoteError) -> bytes:
    return sse.frame(error.body(), "error")
