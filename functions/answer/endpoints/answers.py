"""POST /chat and POST /query: a question in, an answer with its citations out, whole or as it comes."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response

from footnote import serving
from footnote.contracts import AnswerRequest, AnswerResponse, Citation
from footnote.errors import FootnoteError
from functions.answer.endpoints import sse
from functions.answer.pipeline import Event
from functions.answer.service import AnswerService, PendingAnswer


class Answers:
    def __init__(self, desk: AnswerService) -> None:
        self.desk = desk

    async def __call__(self, request: Request) -> Response:
        asked = await serving.parse_body(request, AnswerRequest)
        session = await self.desk.receive(request, asked)
        if "text/event-stream" in request.headers.get("accept", ""):
            return sse.response(_frames(session), _failure, session.headers)
        answer = await session.answer()
        body = answer.model_dump_json()
        return Response(body, headers=session.headers, media_type="application/json")


async def _frames(session: PendingAnswer) -> sse.Frames:
    async for event in session.events():
        yield _frame(event)


def _frame(event: Event) -> bytes:
    if isinstance(event, AnswerResponse):
        return sse.frame(event.model_dump_json(), "done")
    if isinstance(event, Citation):
        return sse.frame(event.model_dump_json(), "citation")
    return sse.frame(json.dumps({"text": event}, ensure_ascii=False), "delta")


def _failure(error: FootnoteError) -> bytes:
    return sse.frame(error.body(), "error")
