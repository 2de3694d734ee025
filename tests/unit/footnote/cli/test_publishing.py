"""Publishing an event for every key that differs."""

import asyncio
from datetime import timedelta
from io import StringIO
from pathlib import Path

from rich.console import Console

from footnote.cli.publishing import publish_all
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import CONCURRENCY, WINDOW, Broker, Outcome
from tests.unit.footnote.local.receiver import Receiver


async def publish(folder: Path, receiver: Receiver, keys: list[str]) -> list[Outcome]:
    letters = DeadLetters(folder / "dead-letters", timedelta(days=1))
    async with (
        receiver.listening() as sink,
        Broker.running("file:///bucket", sink, letters) as broker,
    ):
        return await publish_all(
            broker, dict.fromkeys(keys, "drift"), Console(file=StringIO()), "Indexing"
        )


async def test_the_outcome_of_each_key_is_returned(tmp_path: Path) -> None:
    keys = [f"{number}.md" for number in range(20)] + ["bad.pdf"]
    outcomes = await publish(tmp_path, receiver := Receiver(), keys)
    assert sorted(receiver.keys) == sorted(outcome.key for outcome in outcomes) == sorted(keys)
    assert [outcome.key for outcome in outcomes if outcome.state == "failed"] == ["bad.pdf"]


async def test_memory_is_bounded_for_a_bucket_of_any_size(tmp_path: Path) -> None:
    receiver = Receiver()
    receiver.gate.clear()
    keys = [f"{number}.md" for number in range(4 * WINDOW)]
    publishing = asyncio.create_task(publish(tmp_path, receiver, keys))
    for _ in range(CONCURRENCY):
        await receiver.arrivals.get()
    assert len(asyncio.all_tasks()) < 3 * WINDOW
    publishing.cancel()
    receiver.gate.set()
    await asyncio.wait({publishing})
