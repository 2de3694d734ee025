"""Events in, what became of their documents out, by the rules of Knative's delivery."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from footnote import serving, tracing
from footnote.errors import FootnoteError, InvalidRequest, UnknownEvent, Unreadable, UnusableKey
from footnote.events import (
    CloudEvent,
    document_event,
    notification_refused_event,
    parse,
    parse_json,
    to_http,
)
from footnote.events.changes import ObjectChanged, object_changes
from footnote.events.notifications import from_notification
from footnote.events.sink import Sink
from functions.ingest import metrics
from functions.ingest.reconciler import Outcome, Reconciler

Answer = tuple[CloudEvent, Outcome]
Result = TypeVar("Result")

WEIGHT = {"unchanged": 0, "deleted": 1, "indexed": 2, "failed": 3}


class Receiver:
    def __init__(self, reconciler: Reconciler, sink: Sink | None) -> None:
        self._reconciler = reconciler
        self.bucket = reconciler.bucket
        self._sink = sink

    async def ready(self) -> None:
        await self._reconciler.store.ping()

    async def events(self, request: Request) -> Response:
        """Answers an event with one about its document; of several, with the one that tells most.

        An event about none is answered with 204. Raises Unreadable when a document failed, unless it is
        known to have failed before and was only tried again, and UnusableKey where there can be none.
        """
        body = await serving.read_body(request)
        with metrics.unfinished():
            events = parse(request.headers, body)
        answers = await self._converge(events)
        if failures := [answer for answer in answers if _is_news(*answer)]:
            await self._send([self._about(*failure) for failure in failures])
            reasons = dict.fromkeys(outcome.manifest.reason or "" for _, outcome in failures)
            raise Unreadable(" ".join(reasons))
        if not answers:
            return Response(status_code=204)
        headers, body = to_http(self._about(*max(answers, key=_telling)))
        return Response(body, headers=headers)

    async def notifications(self, request: Request) -> Response:
        """Sends what a server posts on to the sink, as events, or handles it where there is no sink.

        A document that failed, or can have no such key, is no error here: its server could do nothing
        about it. What is no notification is an error, and an event as well, which ends among the dead
        letters.
        """
        body = await serving.read_raw_body(request)
        try:
            serving.check_content_encoding(request)
            events = from_notification(_json(body), self.bucket.uri)
        except InvalidRequest as error:
            await self._send([notification_refused_event(self.bucket.uri, body, error.message)])
            raise
        if self._sink:
            await self._send(events)
        else:
            with suppress(UnusableKey):
                await self._converge(events)
        return Response(status_code=204)

    async def _converge(self, events: Iterable[CloudEvent]) -> list[Answer]:
        return [*chain.from_iterable(await _all(map(self._answers, events)))]

    async def _answers(self, event: CloudEvent) -> list[Answer]:
        with metrics.unfinished(event=event["id"]):
            changes = self._ours(event)
        outcomes = await _all(self._outcome(event, change) for change in changes)
        return [(event, outcome) for outcome in outcomes]

    async def _outcome(self, event: CloudEvent, change: ObjectChanged) -> Outcome:
        about = {"event": event["id"], "key": change.key}
        with tracing.span(
            f"process {event['type']}",
            "consumer",
            {"cloudevents.event_id": event["id"], "cloudevents.event_type": event["type"]},
            parent=str(event.get("traceparent") or ""),
        ) as span:
            with metrics.unfinished(**about):
                outcome = await self._converged(change)
            span.set({"footnote.outcome": outcome.state})
        metrics.count(outcome.state, **about)
        if not change.why and outcome.state != "unchanged":
            metrics.observe_lag(event.get("time"))
        if change.why not in ("", "failed"):
            metrics.DRIFT.labels(change.why).inc()
        return outcome

    async def _converged(self, change: ObjectChanged) -> Outcome:
        if self._is_ours(change):
            sweep, backfill = change.why == "leftovers", change.why == "behind"
            return await self._reconciler.converge(change.key, sweep=sweep, backfill=backfill)
        return await self._reconciler.backfill(f"{change.store}://{change.bucket}/{change.key}")

    def _is_ours(self, change: ObjectChanged) -> bool:
        return (change.store, change.bucket) == (self.bucket.store, self.bucket.name)

    def _ours(self, event: CloudEvent) -> list[ObjectChanged]:
        changes = object_changes(event)
        for change in changes:
            # What is indexed already can be completed without its bucket.
            if not self._is_ours(change) and change.why != "behind":
                raise InvalidRequest(
                    f"The event is about {change.store}://{change.bucket}, but this ingest follows "
                    f"{self.bucket.uri}."
                )
        return changes

    async def _send(self, events: Sequence[CloudEvent]) -> None:
        if self._sink:
            for event in events:
                await self._sink.send(event)

    def _about(self, cause: CloudEvent, outcome: Outcome) -> CloudEvent:
        manifest = outcome.manifest
        document = {
            "id": manifest.id,
            "uri": manifest.uri,
            "key": outcome.key,
            "state": outcome.state,
            "version": manifest.version,
            "chunks": manifest.chunks,
            "reason": manifest.reason,
        }
        return document_event(cause, self.bucket.uri, document)


def _is_news(event: CloudEvent, outcome: Outcome) -> bool:
    """Whether somebody is to hear of a failure who has not: its dead letter was kept the first time."""
    return outcome.state == "failed" and {each.why for each in object_changes(event)} != {"failed"}


def _telling(answer: Answer) -> tuple[int, bool]:
    """The higher, the more the outcome tells. Of two readings of a key, one may name what never was."""
    outcome = answer[1]
    return WEIGHT[outcome.state], bool(outcome.manifest.revision)


async def _all(calls: Iterable[Awaitable[Result]]) -> list[Result]:
    """What they return, once all have ended. Raises the error that promises most."""
    found = await asyncio.gather(*calls, return_exceptions=True)
    if errors := [each for each in found if isinstance(each, BaseException)]:
        raise max(errors, key=_status)
    return [each for each in found if not isinstance(each, BaseException)]


def _status(error: BaseException) -> int:
    """The higher, the more a second attempt promises."""
    return error.status if isinstance(error, FootnoteError) else 500


def _json(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError:
        raise UnknownEvent("The body is not JSON in UTF-8.") from None
