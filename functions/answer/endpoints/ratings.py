"""PUT /answers/{id}/rating: what a reader thinks of an answer, for those who run Footnote."""

from __future__ import annotations

import logging
import re
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from footnote import events, serving
from footnote.contracts import RequestModel
from footnote.errors import InvalidRequest
from footnote.events.sink import Sink
from functions.answer import metrics
from functions.answer.endpoints.question_events import SOURCE
from functions.answer.limits.admission import AdmissionControl

log = logging.getLogger("footnote.answer")

RATED = "dev.footnote.answer.rated.v1"
ID = re.compile(r"[0-9a-f]{32}-[0-9a-f]{8}")


class Rating(RequestModel):
    rating: Literal["up", "down"]


class Ratings:
    """An answer is known by its id alone: of what was asked and answered nothing is kept.

    The event has the same id whenever the same is said of the same answer, so that who counts them can
    tell a second click from a second reader's.
    """

    def __init__(self, gate: AdmissionControl, sink: Sink | None) -> None:
        self.gate = gate
        self.sink = sink

    async def __call__(self, request: Request) -> Response:
        """Raises Unavailable when the sink takes no event: nothing is recorded then."""
        answer = request.path_params["id"]
        if not ID.fullmatch(answer):
            raise InvalidRequest(f"{answer[:80]!r} is not the id of an answer.")
        said = await serving.parse_body(request, Rating)
        headers = await self.gate.count(request.state.caller)
        await self._tell(answer, said)
        metrics.RATINGS.labels(said.rating).inc()
        log.info("rated", extra={"fields": {"answer": answer, "rating": said.rating}})
        return Response(status_code=204, headers=headers)

    async def _tell(self, answer: str, said: Rating) -> None:
        if self.sink:
            data = {"answer": answer, "rating": said.rating}
            event = events.make_event(RATED, SOURCE, answer, data, id=f"{answer}.{said.rating}")
            await self.sink.send(event)
