"""The broker's dead-letter sink."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from footnote.events import parse
from footnote.events.deadletters import DeadLetters
from footnote.serving import read_body


class DeadLetterSink:
    """Stores every event that is posted to it."""

    def __init__(self, letters: DeadLetters) -> None:
        self._letters = letters

    async def __call__(self, request: Request) -> Response:
        for event in parse(request.headers, await read_body(request)):
            self._letters.keep(event)
        return Response(status_code=204)
