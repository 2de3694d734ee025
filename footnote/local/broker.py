"""A broker for one machine: tells ingest which objects changed, and keeps what ingest refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from footnote import telemetry
from footnote.errors import FootnoteError
from footnote.events import (
    NOTIFICATION_REFUSED,
    OBJECT_CHANGED,
    CloudEvent,
    notification_refused,
    object_changed,
)
from footnote.events.deadletters import DeadLetters, undeliverable
from footnote.local.delivery import Answer, Courier

if TYPE_CHECKING:
    import aiohttp

CONCURRENCY = 256
"""Events under way at once: as many as ingest works on, which costs less when it has many."""
WINDOW = 1000
"""Keys at most that are published at once where many are: each takes a task, and some 4 kB."""
OURS = "dev.footnote."
ASKING = (OBJECT_CHANGED, NOTIFICATION_REFUSED)
"""Types of ours that ingest is sent; the others tell what became of documents, questions and answers."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the object `key` after an event about it."""

    key: str
    state: str
    """`indexed`, `deleted`, `unchanged` or `failed`; `accepted` where the receiver did not say."""
    reason: str = ""


class Broker:
    """Delivers to `sink` events about objects of the bucket at the uri `bucket`.

    What `sink` refuses becomes a dead letter. Of several events about an object those that wait are one:
    whoever gets it looks at the object as it is then. `report` hears what became of each.
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
        self._courier = Courier(sink, session, asyncio.Semaphore(CONCURRENCY))
        self._dead_letters = dead_letters
        self._report = report
        self._tasks: dict[str, asyncio.Task[Outcome]] = {}
        self._again: dict[str, str] = {}
        self._passing: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def opened(
        cls,
        bucket: str,
        sink: str,
        dead_letters: DeadLetters,
        report: Callable[[Outcome], None] = lambda outcome: None,
    ) -> AsyncIterator[Self]:
        """A broker while the block runs.

        What it has not delivered at its end is left: comparing bucket and index finds it again.
        """
        import aiohttp

        dead_letters.forget()
        connections = aiohttp.TCPConnector(limit=CONCURRENCY)
        async with aiohttp.ClientSession(connector=connections) as session:
            broker = cls(bucket, sink, dead_letters, session, report)
            try:
                yield broker
            finally:
                await broker._close()

    def publish(self, key: str, why: str = "") -> asyncio.Task[Outcome]:
        """Say that the object changed, and `why` that is known where no event told.

        The task ends with what became of it at last.
        """
        self._again[key] = self._again.get(key) or why
        if key not in self._tasks:
            self._tasks[key] = asyncio.create_task(self._converge(key))
        return self._tasks[key]

    def take(self, event: CloudEvent) -> None:
        """Deliver what somebody else sent, unless it only tells of Footnote's own work."""
        if str(event["type"]).startswith(OURS) and event["type"] not in ASKING:
            return
        task = asyncio.create_task(self._pass_on(event))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)

    def refuse(self, body: bytes, error: FootnoteError) -> None:
        """Keep what was posted and is no event."""
        event = notification_refused(self._bucket, body, error.message)
        self._report(self._outcome(event, Answer(error.status, error.body())))

    async def _pass_on(self, event: CloudEvent) -> None:
        answer = await self._courier.deliver(event)
        self._report(self._outcome(event, answer))

    async def _close(self) -> None:
        tasks = [*self._tasks.values(), *self._passing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _converge(self, key: str) -> Outcome:
        try:
            while key in self._again:
                outcome = await self._deliver(key)
                self._report(outcome)
            return outcome
        finally:
            self._again.pop(key, None)
            del self._tasks[key]

    async def _deliver(self, key: str) -> Outcome:
        telemetry.enter_trace({})

        def sending() -> None:
            self._again.pop(key, None)

        event = object_changed(self._bucket, key, self._again[key])
        return self._outcome(event, await self._courier.deliver(event, sending))

    def _outcome(self, event: CloudEvent, answer: Answer) -> Outcome:
        """Keeps what was not delivered."""
        about = answer.reply or event
        subject = str(about.get("subject") or event["type"])
        if answer.delivered:
            return Outcome(subject, *_told(answer.reply))
        destination = self._courier.destination
        self._dead_letters.keep(undeliverable(event, destination, answer.status, answer.body))
        return Outcome(subject, "failed", answer.reason)


def _told(reply: CloudEvent | None) -> tuple[str, str]:
    """State and reason, from a reply such as dev.footnote.document.indexed.v1."""
    if reply is None:
        return "accepted", ""
    return str(reply["type"]).split(".")[-2], str((reply.data or {}).get("reason") or "")
