"""PUT /answers/{id}/rating: a reader's rating of an answer, for the operators of Footnote."""

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
from functions.answer import metrics, outage
from functions.answer.endpoints.question_events import SOURCE
from functions.answer.limits.admission import AdmissionControl

log = logging.getLogger("footnote.answer")

RATED = "dev.footnote.answer.rated.v1"
ID = re.compile(r"[0-9a-f]{32}-[0-9a-f]{8}")


class Rating(RequestModel):
    rating: Literal["up", "down"]


class Ratings:
    """An answer is known by its id alone: neither question nor answer is stored.

    The event of the same rating of the same answer always has the same id, so that a consumer can drop
    duplicates.
    """

    def __init__(self, admission_control: AdmissionControl, sink: Sink | None) -> None:
        self.admission_control = admission_control
        self.sink = sink

    async def __call__(self, request: Request) -> Response:
        """Raises Unavailable, and records nothing, if the sink does not accept the event."""
        answer = request.path_params["id"]
        if not ID.fullmatch(answer):
            raise InvalidRequest(f"{answer[:80]!r} is not the id of an answer.")
        rating = (await serving.parse_body(request, Rating)).rating
        headers = await self.admission_control.count(request.state.caller)
        await self._send(answer, rating)
        metrics.RATINGS.labels(rating).inc()
        log.info("rated", extra={"fields": {"answer": answer, "rating": rating}})
        return Response(status_code=204, headers=headers)

    async def _send(self, answer: str, rating: str) -> None:
        if self.sink:
            data = {"answer": answer, "rating": rating}
            event = events.make_event(RATED, SOURCE, answer, data, id=f"{answer}.{rating}")
            with outage.reported_as("Ratings cannot be saved now; try again in a moment."):
                await self.sink.send(event)
