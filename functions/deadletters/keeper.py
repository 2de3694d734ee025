"""The end of the way for an event that could not be processed."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from footnote.deadletters import DeadLetters
from footnote.events import parse
from footnote.serving import read_body


class Keeper:
    """Keeps every event that is posted, and forgets those that are older than `age`."""

    def __init__(self, letters: DeadLetters, age: timedelta) -> None:
        self._letters = letters
        self._age = age

    async def __call__(self, request: Request) -> Response:
        for event in parse(request.headers, await read_body(request)):
            self._letters.keep(event)
        self._letters.forget(self._age)
        return Response(status_code=204)
