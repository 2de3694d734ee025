"""Two generations follow the bucket, and one gets documents that it lacks from the text of the other."""

import asyncio
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.drift import detect_drift
from footnote.errors import InvalidRequest
from tests.unit.functions.ingest.generations import SENTENCES, create_next, joined
from tests.unit.functions.ingest.world import LONG, InMemoryBucket, World, converge, once


@pytest.fixture
async def world(world: World) -> World:
    """With one document, which is indexed."""
    world.bucket.put("a.md", LONG)
    await converge(world)
    return world


async def test_a_missing_document_is_backfilled_from_stored_text(world: World) -> None:
    live, next = await create_next(world)
    before, shown = await world.manifest("a.md"), await world.texts("a.md", live)
    world.bucket.objects["a.md"] = (world.bucket.objects["a.md"][0], b"not to be read")
    assert (await detect_drift(world.bucket, world.store)).differences == {"a.md": "behind"}
    assert await converge(world) == "indexed"
    after = await world.manifest("a.md")
    assert (after.version, after.etag) == (before.version, before.etag)
    assert list(after.chunk_counts) == [live.name, next.name]
    assert await world.texts("a.md", live) == shown
    again = await world.texts("a.md", next)
    assert joined(again) == joined(shown) == SENTENCES
    assert max(map(len, again)) > max(map(len, shown))
    assert (await detect_drift(world.bucket, world.store)).differences == {}
    embedded = len(world.embed.texts)
    assert await converge(world) == "unchanged"
    assert len(world.embed.texts) == embedded


async def test_writes_and_deletions_reach_both_generations(world: World) -> None:
    live, next = await create_next(world)
    world.bucket.put("b.md", "New.")
    world.bucket.put("a.md", "Short.")
    for key in ("a.md", "b.md"):
        assert await converge(world, key) == "indexed"
    for generation in (live, next):
        assert await world.texts("a.md", generation) == ["Short."]
        assert await world.texts("b.md", generation) == ["New."]
    world.bucket.delete("a.md")
    world.bucket.put("b.md", "")
    for key in ("a.md", "b.md"):
        await converge(world, key)
    for generation in (live, next):
        assert await world.texts("a.md", generation) == await world.texts("b.md", generation) == []


async def test_a_change_of_groups_reaches_a_generation_that_lacked_the_document(world: World) -> None:
    live, next = await create_next(world)
    world.bucket.put("a.md", LONG, groups=["staff"])
    assert await converge(world) == "indexed"
    manifest = await world.manifest("a.md")
    assert (manifest.groups, list(manifest.chunk_counts)) == (("staff",), [live.name, next.name])
    assert await world.texts("a.md", live) == await world.texts("a.md", next) == []


async def test_a_switch_embeds_nothing_and_the_replaced_generation_stays_current(world: World) -> None:
    live, next = await create_next(world)
    await converge(world)
    await world.store.switch(next)
    embedded = len(world.embed.texts)
    assert await converge(world) == "unchanged"
    assert len(world.embed.texts) == embedded
    world.bucket.put("a.md", "Short.")
    await converge(world)
    assert list((await world.manifest("a.md")).chunk_counts) == [next.name, live.name]
    await world.store.switch(live)
    assert await world.text("a.md") == "Short."


async def test_the_object_is_read_again_if_no_generation_has_its_text(world: World) -> None:
    live, next = await create_next(world)
    await world.store.switch(next)
    await world.store.drop(live)
    assert await world.text("a.md") == ""
    assert await converge(world) == "indexed"
    assert joined([await world.text("a.md")]) == SENTENCES


async def test_a_document_of_another_bucket_is_backfilled(world: World) -> None:
    _, next = await create_next(world)
    world.bucket.name = "another"
    reconciler = world.reconciler()
    assert (await reconciler.backfill("s3://docs/a.md")).state == "indexed"
    assert (await reconciler.backfill("s3://docs/a.md")).state == "unchanged"
    world.bucket.name = "docs"
    assert joined(await world.texts("a.md", next)) == SENTENCES
    with pytest.raises(InvalidRequest, match=r"no document s3://docs/b\.md"):
        await reconciler.backfill("s3://docs/b.md")


@pytest.mark.parametrize("port", ["store.chunks", "rechunk", "embed", "store.stage", "store.commit"])
@pytest.mark.parametrize("change", ["written", "deleted", "switched", "begun"])
async def test_a_change_during_a_backfill_wins(tmp_path: Path, port: str, change: str) -> None:
    bucket = InMemoryBucket()
    bucket.put("a.md", LONG)
    other = World(tmp_path, bucket=bucket)
    await converge(other)
    if change != "begun":
        await create_next(other)

    async def happen() -> None:
        if change == "written":
            bucket.put("a.md", "Newer.")
            await converge(other)
        elif change == "deleted":
            bucket.delete("a.md")
            await converge(other)
        elif change == "switched":
            await other.store.switch((await other.store.generations())[1])
        else:
            await create_next(other)

    world = World(tmp_path, once(port, happen), bucket)  # type: ignore[arg-type]
    if change == "begun":
        bucket.put("a.md", LONG + " And more.")
    await converge(world)
    await converge(world)
    expected = {"written": {"Newer"}, "deleted": set(), "begun": SENTENCES | {"And more"}}
    for generation in await world.store.generations():
        found = joined(await world.texts("a.md", generation))
        assert found == expected.get(change, SENTENCES)
    assert (await detect_drift(bucket, world.store)).differences == {}
    await world.store.close()
    await other.store.close()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 15))
def test_both_generations_converge_whatever_fails_meanwhile(
    tmp_path_factory: pytest.TempPathFactory, seed: int, deaths: int
) -> None:
    asyncio.run(_survive(tmp_path_factory.mktemp("world"), random.Random(seed), deaths))


async def _survive(folder: Path, chance: random.Random, deaths: int) -> None:
    dying = False

    async def step(_: str) -> None:
        if dying and chance.random() < deaths / 100:
            raise asyncio.CancelledError

    bucket = InMemoryBucket()
    world = World(folder, step, bucket)
    for at in range(3):
        bucket.put(f"{at}.md", f"{LONG} Of {at}.")
        await converge(world, f"{at}.md")
    live, next = await create_next(world)
    dying = True
    for _ in range(6):
        key = f"{chance.randrange(4)}.md"
        if chance.random() < 0.3:
            bucket.delete(key)
        elif chance.random() < 0.5:
            bucket.put(key, f"{LONG} Again {chance.randrange(9)}.")
        try:
            await converge(world, key)
        except asyncio.CancelledError:
            continue
    dying = False
    for key, why in (await detect_drift(bucket, world.store)).differences.items():
        await world.reconciler().converge(key, why)
    for key in [f"{at}.md" for at in range(4)]:
        data = bucket.objects[key][1].decode() if key in bucket.objects else ""
        for generation in (live, next):
            assert joined(await world.texts(key, generation)) == joined([data])
    assert (await detect_drift(bucket, world.store)).differences == {}
    await world.store.close()
