"""A generation that is not live is left out where its model refuses or fails."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from footnote.drift import detect_drift
from footnote.errors import Unavailable, Unreadable
from footnote.store import Chunk, Generation
from functions.ingest import manifests
from tests.unit.functions.ingest.generations import MODEL, begin
from tests.unit.functions.ingest.world import LONG, InMemoryBucket, World, converge, once, vector


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    world.bucket.put("a.md", LONG)
    await converge(world)
    yield world
    await world.store.close()


REFUSED = Unreadable("Its text cannot be embedded: it is too long.")
RETIRED = Unavailable("embed has no such model.")


async def lacking(world: World, generation: Generation) -> list[str]:
    return [manifest.key async for manifest in world.store.missing_from(generation)]


async def test_a_text_that_only_the_next_refuses_is_indexed_and_the_next_lacks_it(world: World) -> None:
    live, next = await begin(world)
    world.embed.failing[MODEL] = REFUSED
    world.bucket.put("a.md", "Newer.")
    assert await converge(world) == "indexed"
    assert await world.texts("a.md", live) == ["Newer."]
    assert await world.texts("a.md", next) == []
    assert await lacking(world, next) == ["a.md"]
    assert (await detect_drift(world.bucket, world.store)).differences == {"a.md": "behind"}
    assert await converge(world) == "unchanged"
    with pytest.raises(Unreadable, match="too long"):
        await world.reconciler().converge("a.md", backfill=True)
    await world.store.drop(next)
    assert (await detect_drift(world.bucket, world.store)).differences == {}
    assert await world.text("a.md") == "Newer."


async def test_a_text_that_the_live_one_refuses_fails(world: World) -> None:
    live, next = await begin(world)
    world.embed.failing[live.model] = REFUSED
    world.bucket.put("a.md", "Newer.")
    assert await converge(world) == "failed"
    assert (await world.manifest("a.md")).reason == REFUSED.message
    assert await world.texts("a.md", next) == []


async def test_what_the_next_cannot_have_for_now_is_tried_again_and_told(world: World) -> None:
    _, next = await begin(world)
    world.embed.failing[MODEL] = RETIRED
    world.bucket.put("a.md", "Newer.")
    with pytest.raises(Unavailable, match=f"{next.name} needs its model {MODEL}: embed has no such"):
        await converge(world)
    assert RETIRED.message == "embed has no such model."
    del world.embed.failing[MODEL]
    assert await converge(world) == "indexed"
    assert await world.texts("a.md", next) == ["Newer."]


@pytest.fixture
async def replaced(world: World) -> Generation:
    """A generation that another took the place of."""
    _, next = await begin(world)
    await converge(world)
    await world.store.switch(next)
    return (await world.store.generations())[1]


@pytest.mark.parametrize("error", [REFUSED, RETIRED])
async def test_a_replaced_one_whose_model_is_gone_keeps_nothing_from_being_indexed(
    world: World, replaced: Generation, error: Exception
) -> None:
    world.embed.failing[replaced.model] = error
    world.bucket.put("a.md", "Newer.")
    assert await converge(world) == "indexed"
    assert await world.text("a.md") == "Newer."
    assert await lacking(world, replaced) == ["a.md"]
    assert await world.texts("a.md", replaced) == []
    assert (await detect_drift(world.bucket, world.store)).differences == {}


async def test_it_gets_what_it_lacks_only_where_that_is_asked_for(
    world: World, replaced: Generation
) -> None:
    world.embed.failing[replaced.model] = RETIRED
    world.bucket.put("a.md", "Newer.")
    reconciler = world.reconciler()
    await reconciler.converge("a.md")
    with pytest.raises(Unavailable, match=f"{replaced.name} needs its model {replaced.model}"):
        await reconciler.converge("a.md", backfill=True)
    del world.embed.failing[replaced.model]
    assert (await reconciler.converge("a.md")).state == "unchanged"
    assert await world.texts("a.md", replaced) == []
    assert (await reconciler.converge("a.md", backfill=True)).state == "indexed"
    assert await world.texts("a.md", replaced) == ["Newer."]


async def test_a_model_that_is_gone_is_not_asked_for_every_document(
    world: World, replaced: Generation
) -> None:
    world.embed.failing[replaced.model] = RETIRED
    reconciler = world.reconciler()
    before = len(world.embed.texts)
    for number in range(9):
        world.bucket.put(f"{number}.md", "Short.")
        assert (await reconciler.converge(f"{number}.md")).state == "indexed"
    assert len(world.embed.texts) - before == 9 + 1


async def test_a_switch_to_one_that_was_to_be_left_out_wins(tmp_path: Path) -> None:
    """It is live when the commit comes, and lacks the document."""
    bucket = InMemoryBucket()
    other = World(tmp_path, bucket=bucket)
    bucket.put("a.md", LONG)
    await converge(other)
    _, next = await begin(other)
    await converge(other)
    step = once("store.commit", lambda: other.store.switch(next))
    world = World(tmp_path, step, bucket)  # type: ignore[arg-type]
    world.embed.failing[MODEL] = REFUSED
    bucket.put("a.md", "Newer.")
    assert await converge(world) == "failed"
    await world.store.close()
    await other.store.close()


async def test_a_sweep_is_made_where_one_is_left_out(world: World, replaced: Generation) -> None:
    world.embed.failing[replaced.model] = RETIRED
    world.bucket.put("a.md", "Newer.")
    await converge(world)
    live, _ = await world.store.generations()
    dead = manifests.indexed(manifests.again(await world.manifest("a.md")), "never committed")
    await world.store.stage(dead, [Chunk(0, "x", "", (), None, 0, 1, vector("x", live.model))], live)
    assert (await detect_drift(world.bucket, world.store)).differences == {"a.md": "leftovers"}
    await world.reconciler().converge("a.md", sweep=True)
    assert (await detect_drift(world.bucket, world.store)).differences == {}
    assert await world.text("a.md") == "Newer."
