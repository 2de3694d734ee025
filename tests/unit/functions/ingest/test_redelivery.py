"""An event that comes again, when the index agrees with the bucket: its calls, and its reply."""

from __future__ import annotations

from pathlib import Path

from footnote.events import CloudEvent, object_changed_event, to_http
from tests.unit.footnote.events.storage_events import aws
from tests.unit.functions.ingest.receiving import Ingest, reply
from tests.unit.functions.ingest.world import World, converge

PNG = b"\x89PNG\r\n\x1a\n"


class Calls(list[str]):
    """Records the name of each call of a port."""

    async def __call__(self, name: str) -> None:
        self.append(name)


async def redelivered(world: World, calls: Calls) -> list[str]:
    """The calls made when the same event comes a second time."""
    await converge(world)
    calls.clear()
    await converge(world)
    return list(calls)


async def test_an_unchanged_object_takes_three_small_reads(tmp_path: Path) -> None:
    calls = Calls()
    world = World(tmp_path, calls)
    world.bucket.put("a.md", "Text.")
    assert await redelivered(world, calls) == ["store.manifest", "bucket.head", "store.generations"]


async def test_a_deleted_object_takes_two_small_reads(tmp_path: Path) -> None:
    calls = Calls()
    world = World(tmp_path, calls)
    world.bucket.put("a.md", "Text.")
    await converge(world)
    world.bucket.delete("a.md")
    assert await redelivered(world, calls) == ["store.manifest", "bucket.head"]


async def test_a_failed_object_is_tried_again_without_a_write(tmp_path: Path) -> None:
    calls = Calls()
    world = World(tmp_path, calls)
    world.bucket.put("a.md", PNG)
    made = await redelivered(world, calls)
    assert made[:3] == ["store.manifest", "bucket.head", "store.generations"]
    assert made[3:] == ["bucket.read", "parse"]


async def test_the_reply_to_a_redelivered_event_has_the_same_id(ingest: Ingest) -> None:
    ingest.world.bucket.put("a.md", "Text.")
    headers, body = to_http(object_changed_event("s3://docs", "a.md"))
    first, second = [
        reply(await ingest.client.post("/", headers=headers, content=body)) for _ in range(2)
    ]
    assert first["id"] == second["id"]
    assert second["type"] == "dev.footnote.document.unchanged.v1"


async def test_the_reply_to_a_redelivered_event_names_the_existing_key(ingest: Ingest) -> None:
    ingest.world.bucket.put("a b.md", "Text.")
    event = CloudEvent({"type": "com.amazonaws.s3.x", "source": "/s"}, {"Records": [aws("a+b.md")]})
    headers, body = to_http(event)
    first, second = [
        reply(await ingest.client.post("/", headers=headers, content=body)) for _ in range(2)
    ]
    assert (second["id"], second["subject"]) == (first["id"], "a b.md")
    assert second["type"] == "dev.footnote.document.unchanged.v1"
