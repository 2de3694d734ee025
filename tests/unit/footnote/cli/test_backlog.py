"""Publishing to a broker that accepts events faster than they are handled."""

import asyncio

from footnote.cli.backlog import SAMPLED, STALL_TIMEOUT, Backlog
from footnote.concurrency.bounded import bounded_map
from footnote.errors import Unavailable
from tests.clockwork import Clockwork

EVENTS = [f"{number}.md" for number in range(400)]
LIMIT = 40


class Subscriber:
    """Handles the accepted events in order, one a second, except those about `ignored`."""

    def __init__(self, ignored: frozenset[str] = frozenset()) -> None:
        self.ignored = ignored
        self.accepted: list[str] = []
        self.handled: list[str] = []
        self.most_behind = 0

    async def work(self) -> None:
        while len(self.handled) < len(EVENTS):
            await asyncio.sleep(1)
            self.handled += self.accepted[len(self.handled) : len(self.handled) + 1]

    async def is_pending(self, name: str) -> bool:
        return name in self.ignored or name not in self.handled

    async def publish_all(self) -> float:
        """Returns how many seconds it took."""
        clock = asyncio.get_running_loop().time
        backlog, began = Backlog(self.is_pending, LIMIT), clock()

        async def publish(name: str) -> None:
            self.accepted.append(name)
            self.most_behind = max(self.most_behind, len(self.accepted) - len(self.handled))
            await backlog.add(name)

        working = asyncio.create_task(self.work())
        await bounded_map(publish, EVENTS, LIMIT)
        took = clock() - began
        working.cancel()
        return took


def run(subscriber: Subscriber) -> float:
    with asyncio.Runner(loop_factory=Clockwork) as runner:
        return runner.run(subscriber.publish_all())


def test_events_that_wait_are_few_however_many_there_are() -> None:
    run(subscriber := Subscriber())
    assert len(subscriber.accepted) == len(EVENTS)
    assert subscriber.most_behind <= 3 * LIMIT


def test_ingest_always_has_events_to_handle() -> None:
    took = run(subscriber := Subscriber())
    assert len(subscriber.handled) >= took - 1


def test_some_events_that_are_never_handled_hold_nothing_up() -> None:
    took = run(Subscriber(frozenset(EVENTS[::3])))
    assert took < len(EVENTS) + STALL_TIMEOUT


def test_publishing_goes_on_when_nothing_is_handled() -> None:
    took = run(subscriber := Subscriber(frozenset(EVENTS)))
    assert len(subscriber.accepted) == len(EVENTS)
    assert took < 2 * STALL_TIMEOUT * len(EVENTS) / LIMIT


class UnreachableBucket(Subscriber):
    """Nobody can tell what was handled before 20 were."""

    async def is_pending(self, name: str) -> bool:
        if len(self.handled) < 20:
            raise Unavailable("s3://documents cannot be reached.")
        return await super().is_pending(name)


def test_a_bucket_that_is_unreachable_for_a_while_does_not_end_the_publishing() -> None:
    run(subscriber := UnreachableBucket())
    assert len(subscriber.accepted) == len(EVENTS)
    assert subscriber.most_behind <= 3 * LIMIT


def test_a_few_events_are_published_without_waiting() -> None:
    async def add_few() -> None:
        backlog = Backlog(Subscriber().is_pending, SAMPLED)
        for name in EVENTS[: SAMPLED - 1]:
            await asyncio.wait_for(backlog.add(name), 1)

    with asyncio.Runner(loop_factory=Clockwork) as runner:
        runner.run(add_few())
