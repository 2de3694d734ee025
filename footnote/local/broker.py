"""A broker for one machine: delivers events to ingest and keeps those it refuses as dead letters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from footnote import trace_context
from footnote.errors import FootnoteError
from footnote.events import (
    NOTIFICATION_REFUSED,
    OBJECT_CHANGED,
    CloudEvent,
    Why,
    notification_refused_event,
    object_changed_event,
)
from footnote.events.deadletters import DeadLetters, as_dead_letter
from footnote.local.delivery import DeliveryResult, Dispatcher

if TYPE_CHECKING:
    import aiohttp

CONCURRENCY = 256
"""Concurrent deliveries: as many as ingest works on, which costs less when it has many."""
WINDOW = 1000
"""Most keys that a caller should publish at once: each takes a task, and some 4 kB."""
FOOTNOTE_TYPES = "dev.footnote."
FORWARDED_TYPES = (OBJECT_CHANGED, NOTIFICATION_REFUSED)
"""Footnote's own event types that ingest handles; the others report results to subscribers."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state of the object `key` after an event about it was delivered."""

    key: str
    state: str
    """`indexed`, `deleted`, `unchanged` or `failed`; `accepted` if the receiver did not reply."""
    reason: str = ""


class Broker:
    """Delivers events about objects of the bucket at the uri `bucket` to the URL `sink`.

    Events that `sink` refuses become dead letters. Waiting events about the same object are coalesced,
    since the receiver looks at the object's current state. `report` gets the outcome of each delivery.
    """

    def __init__(
        self,
        bucket: str,
        sink: str,
        dead_letters: DeadLetters,
        session: aiohttp.ClientSession,
        report: Callable[[Outcome], None],
    ) -> None:
        self._bucket = bucket
        self._dispatcher = Dispatcher(sink, session, asyncio.Semaphore(CONCURRENCY))
        self._dead_letters = dead_letters
        self._report = report
        self._tasks: dict[str, asyncio.Task[Outcome]] = {}
        self._pending: dict[str, Why] = {}
        self._forwarding: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def running(
        cls,
        bucket: str,
        sink: str,
        dead_letters: DeadLetters,
        report: Callable[[Outcome], None] = lambda outcome: None,
    ) -> AsyncIterator[Self]:
        """A broker while the block runs.

        Events that are not delivered at its end are dropped: a comparison of bucket and index finds
        their objects again.
        """
        import aiohttp

        dead_letters.prune()
        connections = aiohttp.TCPConnector(limit=CONCURRENCY)
        async with aiohttp.ClientSession(connector=connections) as session:
            broker = cls(bucket, sink, dead_letters, session, report)
            try:
                yield broker
            finally:
                await broker._close()

    def publish(self, key: str, why: Why = "") -> asyncio.Task[Outcome]:
        """Send an event about the object; `why` is its reason if it is not a storage notification.

        The task returns the outcome of the last event that is pending for the object.
        """
        self._pending[key] = self._pending.get(key) or why
        if key not in self._tasks:
            self._tasks[key] = asyncio.create_task(self._deliver_pending(key))
        return self._tasks[key]

    def forward(self, event: CloudEvent) -> None:
        """Deliver an event from another sender, unless it only reports a result of Footnote's own."""
        if str(event["type"]).startswith(FOOTNOTE_TYPES) and event["type"] not in FORWARDED_TYPES:
            return
        task = asyncio.create_task(self._forward(event))
        self._forwarding.add(task)
        task.add_done_callback(self._forwarding.discard)

    def reject(self, body: bytes, error: FootnoteError) -> None:
        """Keep a posted body that is not an event as a dead letter."""
        event = notification_refused_event(self._bucket, body, error.message)
        self._report(self._finish(event, DeliveryResult(error.status, error.body())))

    async def _forward(self, event: CloudEvent) -> None:
        self._report(self._finish(event, await self._dispatcher.deliver(event)))

    async def _close(self) -> None:
        tasks = [*self._tasks.values(), *self._forwarding]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver_pending(self, key: str) -> Outcome:
        try:
            while key in self._pending:
                outcome = await self._deliver(key)
                self._report(outcome)
            return outcome
        finally:
            self._pending.pop(key, None)
            del self._tasks[key]

    async def _deliver(self, key: str) -> Outcome:
        trace_context.enter({})

        def before_attempt() -> None:
            self._pending.pop(key, None)

        event = object_changed_event(self._bucket, key, self._pending[key])
        return self._finish(event, await self._dispatcher.deliver(event, before_attempt))

    def _finish(self, event: CloudEvent, result: DeliveryResult) -> Outcome:
        """The outcome of a delivery. An event that was not delivered is kept as a dead letter, unless
        the state folder is full or cannot be written."""
        about = result.reply or event
        subject = str(about.get("subject") or event["type"])
        if result.delivered:
            return Outcome(subject, *_state_and_reason(result.reply))
        destination = self._dispatcher.destination
        reason = result.reason
        try:
            self._dead_letters.keep(as_dead_letter(event, destination, result.status, result.body))
        except OSError as error:
            reason += f" No dead letter is kept: {error.strerror}."
        return Outcome(subject, "failed", reason)


def _state_and_reason(reply: CloudEvent | None) -> tuple[str, str]:
    """From a reply such as dev.footnote.document.indexed.v1."""
    if reply is None:
        return "accepted", ""
    return str(reply["type"]).split(".")[-2], str((reply.data or {}).get("reason") or "")
