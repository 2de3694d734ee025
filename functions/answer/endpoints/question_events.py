"""POST /: a question as a CloudEvent, answered with another."""

from __future__ import annotations

import hashlib
import json

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from footnote import events, serving
from footnote.contracts import AnswerRequest
from footnote.errors import InvalidRequest, UnknownEvent
from footnote.events import QUESTION_ASKED, CloudEvent
from functions.answer.service import AnswerService

ANSWERED = "dev.footnote.question.answered.v1"
SOURCE = "footnote/answer"


class QuestionEvents:
    """The reply has the subject of the question, and always the same id for the same event: an event is
    known by its source and id together."""

    def __init__(self, service: AnswerService) -> None:
        self.service = service

    async def __call__(self, request: Request) -> Response:
        event = _only(events.parse(request.headers, await serving.read_body(request)))
        pending = await self.service.start(request, to_answer_request(event))
        answer = await pending.answer()
        data = {"question": pending.context.question, **answer.model_dump(mode="json")}
        subject = event.get("subject") or event["id"]
        reply = events.make_event(ANSWERED, SOURCE, subject, data, id=_reply_id(event))
        headers, body = events.to_http(reply)
        return Response(body, headers=headers)


def _reply_id(event: CloudEvent) -> str:
    return hashlib.sha256(json.dumps([event["source"], event["id"]]).encode()).hexdigest()[:32]


def _only(found: list[CloudEvent]) -> CloudEvent:
    if len(found) != 1:
        raise InvalidRequest("Send one event per request: the response can hold only one answer.")
    if found[0]["type"] != QUESTION_ASKED:
        raise UnknownEvent(f"answer accepts events of type {QUESTION_ASKED}, not {found[0]['type']}.")
    return found[0]


def to_answer_request(event: CloudEvent) -> AnswerRequest:
    """Raises InvalidRequest if the event's data is not a question."""
    data = event.get_data()
    if isinstance(data, bytes):
        raise InvalidRequest("The event's data must be JSON in UTF-8, an object with a query.")
    try:
        return AnswerRequest.model_validate_json(json.dumps(data))
    except ValidationError as error:
        raise serving.validation_error(error) from None
