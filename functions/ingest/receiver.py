"""Receives events and answers with what happened to their documents, by Knative's rules of delivery."""

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

Processed = tuple[CloudEvent, Outcome]
Result = TypeVar("Result")

SIGNIFICANCE = {"unchanged": 0, "deleted": 1, "indexed": 2, "failed": 3}
"""By the state of an outcome. One reply can name only one document."""


class Receiver:
    def __init__(self, reconciler: Reconciler, sink: Sink | None) -> None:
        self._reconciler = reconciler
        self.bucket = reconciler.bucket
        self._sink = sink

    async def ready(self) -> None:
        await self._reconciler.store.ping()

    async def events(self, request: Request) -> Response:
        """Reply with an event about the document, or about the most significant one of several.

        The reply is 204 if no document is concerned. Raises Unreadable if a document failed, except in a
        retry of what failed before, and UnusableKey for a key that no object can have.
        """
        body = await serving.read_body(request)
        with metrics.count_errors():
            events = parse(request.headers, body)
        processed = await self._process(events)
        if failures := [each for each in processed if _is_new_failure(*each)]:
            await self._send([self._document_event(*failure) for failure in failures])
            reasons = dict.fromkeys(outcome.manifest.reason or "" for _, outcome in failures)
            raise Unreadable(" ".join(reasons))
        if not processed:
            return Response(status_code=204)
        headers, body = to_http(self._document_event(*max(processed, key=_significance)))
        return Response(body, headers=headers)

    async def notifications(self, request: Request) -> Response:
        """Send the records of a notification to the sink as events; without a sink, process them here.

        A document that failed, or a key that no object can have, is no error here: the storage server
        could do nothing about it. A body that is no notification is an error, and is also sent to the
        sink as an event that becomes a dead letter.
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
                await self._process(events)
        return Response(status_code=204)

    async def _process(self, events: Iterable[CloudEvent]) -> list[Processed]:
        return [*chain.from_iterable(await _gather(map(self._process_event, events)))]

    async def _process_event(self, event: CloudEvent) -> list[Processed]:
        with metrics.count_errors(event=event["id"]):
            changes = self._changes(event)
        outcomes = await _gather(self._process_change(event, change) for change in changes)
        return [(event, outcome) for outcome in outcomes]

    async def _process_change(self, event: CloudEvent, change: ObjectChanged) -> Outcome:
        labels = {"event": event["id"], "key": change.key}
        with tracing.span(
            f"process {event['type']}",
            "consumer",
            {"cloudevents.event_id": event["id"], "cloudevents.event_type": event["type"]},
            parent=str(event.get("traceparent") or ""),
        ) as span:
            with metrics.count_errors(**labels):
                outcome = await self._reconcile(change)
            span.set({"footnote.outcome": outcome.state})
        metrics.count_outcome(outcome.state, **labels)
        if not change.why and outcome.state != "unchanged":
            metrics.observe_lag(event.get("time"))
        if change.why not in ("", "failed", "reread"):
            metrics.DRIFT.labels(change.why).inc()
        return outcome

    async def _reconcile(self, change: ObjectChanged) -> Outcome:
        if self._is_own_bucket(change):
            return await self._reconciler.converge(change.key, change.why)
        uri = f"{_bucket_uri(change)}/{change.key}"
        if _bucket_uri(change) in self.bucket.former:
            return await self._reconciler.remove(uri)
        return await self._reconciler.backfill(uri)

    def _is_own_bucket(self, change: ObjectChanged) -> bool:
        return (change.store, change.bucket) == (self.bucket.store, self.bucket.name)

    def _changes(self, event: CloudEvent) -> list[ObjectChanged]:
        """Raises InvalidRequest for an object in another bucket."""
        changes = object_changes(event)
        for change in changes:
            # A backfill reads from the index, so it also works for a bucket that was followed before.
            known = self._is_own_bucket(change) or _bucket_uri(change) in self.bucket.former
            if not known and change.why != "behind":
                raise InvalidRequest(
                    f"The event is about {_bucket_uri(change)}, but this ingest follows "
                    f"{self.bucket.uri}."
                )
        return changes

    async def _send(self, events: Sequence[CloudEvent]) -> None:
        if self._sink:
            for event in events:
                await self._sink.send(event)

    def _document_event(self, cause: CloudEvent, outcome: Outcome) -> CloudEvent:
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


def _bucket_uri(change: ObjectChanged) -> str:
    return f"{change.store}://{change.bucket}"


def _is_new_failure(event: CloudEvent, outcome: Outcome) -> bool:
    """False for a retry of a document that failed before: that has its dead letter already."""
    return outcome.state == "failed" and {each.why for each in object_changes(event)} != {"failed"}


def _significance(processed: Processed) -> tuple[int, bool]:
    """Prefers documents that exist: of two readings of an encoded key, one may name no object at all."""
    outcome = processed[1]
    return SIGNIFICANCE[outcome.state], bool(outcome.manifest.revision)


async def _gather(calls: Iterable[Awaitable[Result]]) -> list[Result]:
    """The results, once all calls have ended. Of several errors it raises the most retryable."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    if errors := [each for each in results if isinstance(each, BaseException)]:
        raise max(errors, key=_status)
    return [each for each in results if not isinstance(each, BaseException)]


def _status(error: BaseException) -> int:
    """The HTTP status: the higher it is, the likelier a retry succeeds."""
    return error.status if isinstance(error, FootnoteError) else 500


def _json(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError:
        raise UnknownEvent("The body is not JSON in UTF-8.") from None
