"""Several writers on one key, and objects that change while they are read."""

import asyncio
from pathlib import Path

import pytest

from footnote.drift import detect_drift
from footnote.errors import Conflict
from tests.unit.functions.ingest.world import LONG, InMemoryBucket, World, converge, once

PNG = b"\x89PNG\r\n\x1a\n"
TAGGED = "<p>One.</p><p>Two.</p>"


@pytest.mark.parametrize("port", ["bucket.read", "parse", "embed", "store.stage", "store.commit"])
@pytest.mark.parametrize("deleted", [False, True])
async def test_an_object_that_changes_meanwhile_is_processed_again(
    tmp_path: Path, port: str, deleted: bool
) -> None:
    bucket = InMemoryBucket()
    change = (lambda: bucket.delete("a.md")) if deleted else (lambda: bucket.put("a.md", "New."))
    world = World(tmp_path, once(port, change), bucket)  # type: ignore[arg-type]
    bucket._step = world.step
    bucket.put("a.md", "Old.")
    await converge(world)
    await converge(world)
    assert await world.text("a.md") == ("" if deleted else "New.")
    await world.store.close()


@pytest.mark.parametrize(
    "port", ["bucket.head", "bucket.read", "parse", "embed", "store.stage", "store.commit"]
)
async def test_a_writer_that_loses_a_race_starts_over(tmp_path: Path, port: str) -> None:
    bucket = InMemoryBucket()
    bucket.put("a.md", LONG)
    other = World(tmp_path, bucket=bucket)

    async def overtake() -> None:
        bucket.put("a.md", "Newer.")
        await converge(other)

    world = World(tmp_path, once(port, overtake), bucket)  # type: ignore[arg-type]
    bucket._step = world.step
    await converge(world)
    assert await world.text("a.md") == "Newer."
    assert world.embed.texts[-1:] != ["Newer."]
    await world.store.close()
    await other.store.close()


@pytest.mark.parametrize("port", ["parse", "embed", "store.stage"])
async def test_two_writers_that_read_the_same_bytes_as_two_formats_do_not_mix(
    tmp_path: Path, port: str
) -> None:
    bucket = InMemoryBucket()
    bucket.put("page", TAGGED, content_type="text/plain")
    other = World(tmp_path, bucket=bucket)

    async def overtake() -> None:
        bucket.put("page", TAGGED, content_type="text/html")
        await converge(other, "page")

    world = World(tmp_path, once(port, overtake), bucket)  # type: ignore[arg-type]
    bucket._step = world.step
    await converge(world, "page")
    assert await world.text("page") == "One.\n\nTwo."
    await world.store.close()
    await other.store.close()


async def test_a_writer_that_always_loses_gives_up_with_a_conflict(tmp_path: Path) -> None:
    bucket = InMemoryBucket()

    async def step(port: str) -> None:
        if port == "bucket.read":
            bucket.put("a.md", "Again.")

    world = World(tmp_path, step, bucket)
    bucket._step = step
    bucket.put("a.md", "Text.")
    with pytest.raises(Conflict):
        await converge(world)
    await world.store.close()


async def test_a_sweep_removes_leftovers_of_a_killed_writer_without_embedding(tmp_path: Path) -> None:
    killing = {"store.commit"}

    async def step(name: str) -> None:
        if name in killing:
            raise asyncio.CancelledError

    world = World(tmp_path, step)
    for key in ("kept.md", "gone.md"):
        world.bucket.put(key, LONG)
        with pytest.raises(asyncio.CancelledError):
            await converge(world, key)
    killing.clear()
    world.bucket.delete("gone.md")
    world.bucket.put("kept.md", "Short.")
    await converge(world, "kept.md")
    assert (await detect_drift(world.bucket, world.store)).leftovers == ["gone.md"]
    embedded = len(world.embed.texts)
    for key in ("kept.md", "gone.md"):
        assert (await world.reconciler().converge(key, "leftovers")).state == "unchanged"
    assert (await detect_drift(world.bucket, world.store)).differences == {}
    assert await world.text("kept.md") == "Short."
    assert len(world.embed.texts) == embedded
    await world.store.close()


async def test_events_about_one_key_are_processed_one_after_another(world: World) -> None:
    world.bucket.put("a.md", LONG)
    reconciler = world.reconciler()
    outcomes = await asyncio.gather(*(reconciler.converge("a.md") for _ in range(5)))
    assert sorted(outcome.state for outcome in outcomes) == ["indexed"] + ["unchanged"] * 4
    assert len(set(world.embed.texts)) == len(world.embed.texts)
