"""A second generation beside the live one: both follow the bucket, and what one lacks is made of text
that is stored."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.cli.drift import drift
from footnote.errors import InvalidRequest, Unavailable, Unreadable
from footnote.store import Chunk, Generation
from footnote.text.chunking import Chunking
from functions.ingest import manifests
from tests.unit.functions.ingest.world import LONG, Shelf, World, converge, once, vector

MODEL = "next-model/4"
CHUNKING = str(Chunking(60, 20, "characters"))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    world.shelf.put("a.md", LONG)
    await converge(world)
    yield world
    await world.store.close()


async def begin(world: World) -> tuple[Generation, Generation]:
    """The live generation, and the next."""
    await world.store.begin(MODEL, 4, CHUNKING)
    live, next = await world.store.generations()
    return live, next


def joined(texts: Sequence[str]) -> set[str]:
    """Sentences, however they were cut."""
    return {sentence.strip() for sentence in " ".join(texts).split(".")} - {""}


SENTENCES = joined([LONG])


async def test_a_document_that_one_lacks_is_made_of_stored_text(world: World) -> None:
    live, next = await begin(world)
    before, shown = await world.manifest("a.md"), await world.texts("a.md", live)
    world.shelf.objects["a.md"] = (world.shelf.objects["a.md"][0], b"not to be read")
    assert (await drift(world.shelf, world.store)).whys == {"a.md": "behind"}
    assert await converge(world) == "indexed"
    after = await world.manifest("a.md")
    assert (after.version, after.etag) == (before.version, before.etag)
    assert list(after.held) == [live.name, next.name]
    assert await world.texts("a.md", live) == shown
    again = await world.texts("a.md", next)
    assert joined(again) == joined(shown) == SENTENCES
    assert max(map(len, again)) > max(map(len, shown))
    assert (await drift(world.shelf, world.store)).whys == {}
    embedded = len(world.embed.texts)
    assert await converge(world) == "unchanged"
    assert len(world.embed.texts) == embedded


async def test_what_is_written_and_deleted_meanwhile_is_so_in_both(world: World) -> None:
    live, next = await begin(world)
    world.shelf.put("b.md", "New.")
    world.shelf.put("a.md", "Short.")
    for key in ("a.md", "b.md"):
        assert await converge(world, key) == "indexed"
    for generation in (live, next):
        assert await world.texts("a.md", generation) == ["Short."]
        assert await world.texts("b.md", generation) == ["New."]
    world.shelf.delete("a.md")
    world.shelf.put("b.md", "")
    for key in ("a.md", "b.md"):
        await converge(world, key)
    for generation in (live, next):
        assert await world.texts("a.md", generation) == await world.texts("b.md", generation) == []


async def test_groups_that_change_while_one_lacks_a_document_are_so_in_both(world: World) -> None:
    live, next = await begin(world)
    world.shelf.put("a.md", LONG, groups=["staff"])
    assert await converge(world) == "indexed"
    manifest = await world.manifest("a.md")
    assert (manifest.groups, list(manifest.held)) == (("staff",), [live.name, next.name])
    assert await world.texts("a.md", live) == await world.texts("a.md", next) == []


async def test_a_switch_costs_nothing_and_the_one_before_stays_current(world: World) -> None:
    live, next = await begin(world)
    await converge(world)
    await world.store.switch(next)
    embedded = len(world.embed.texts)
    assert await converge(world) == "unchanged"
    assert len(world.embed.texts) == embedded
    world.shelf.put("a.md", "Short.")
    await converge(world)
    assert list((await world.manifest("a.md")).held) == [next.name, live.name]
    await world.store.switch(live)
    assert await world.text("a.md") == "Short."


async def test_without_the_text_the_object_is_read_again(world: World) -> None:
    live, next = await begin(world)
    await world.store.switch(next)
    await world.store.drop(live)
    assert await world.text("a.md") == ""
    assert await converge(world) == "indexed"
    assert joined([await world.text("a.md")]) == SENTENCES


async def test_a_document_of_another_bucket_is_completed_without_it(world: World) -> None:
    _, next = await begin(world)
    world.shelf.name = "another"
    reconciler = world.reconciler()
    assert (await reconciler.complete("s3://docs/a.md")).state == "indexed"
    assert (await reconciler.complete("s3://docs/a.md")).state == "unchanged"
    world.shelf.name = "docs"
    assert joined(await world.texts("a.md", next)) == SENTENCES
    with pytest.raises(InvalidRequest, match=r"no document s3://docs/b\.md"):
        await reconciler.complete("s3://docs/b.md")


REFUSED = Unreadable("Its text cannot be embedded: it is too long.")
RETIRED = Unavailable("embed has no such model.")


async def lacking(world: World, generation: Generation) -> list[str]:
    return [manifest.key async for manifest in world.store.lacking(generation)]


async def test_a_text_that_only_the_next_refuses_is_indexed_and_the_next_lacks_it(world: World) -> None:
    live, next = await begin(world)
    world.embed.failing[MODEL] = REFUSED
    world.shelf.put("a.md", "Newer.")
    assert await converge(world) == "indexed"
    assert await world.texts("a.md", live) == ["Newer."]
    assert await world.texts("a.md", next) == []
    assert await lacking(world, next) == ["a.md"]
    assert (await drift(world.shelf, world.store)).whys == {"a.md": "behind"}
    assert await converge(world) == "unchanged"
    with pytest.raises(Unreadable, match="too long"):
        await world.reconciler().converge("a.md", whole=True)
    await world.store.drop(next)
    assert (await drift(world.shelf, world.store)).whys == {}
    assert await world.text("a.md") == "Newer."


async def test_a_text_that_the_live_one_refuses_fails(world: World) -> None:
    live, next = await begin(world)
    world.embed.failing[live.model] = REFUSED
    world.shelf.put("a.md", "Newer.")
    assert await converge(world) == "failed"
    assert (await world.manifest("a.md")).reason == REFUSED.message
    assert await world.texts("a.md", next) == []


async def test_what_the_next_cannot_have_for_now_is_tried_again_and_told(world: World) -> None:
    _, next = await begin(world)
    world.embed.failing[MODEL] = RETIRED
    world.shelf.put("a.md", "Newer.")
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
    world.shelf.put("a.md", "Newer.")
    assert await converge(world) == "indexed"
    assert await world.text("a.md") == "Newer."
    assert await lacking(world, replaced) == ["a.md"]
    assert await world.texts("a.md", replaced) == []
    assert (await drift(world.shelf, world.store)).whys == {}


async def test_it_gets_what_it_lacks_only_where_that_is_asked_for(
    world: World, replaced: Generation
) -> None:
    world.embed.failing[replaced.model] = RETIRED
    world.shelf.put("a.md", "Newer.")
    reconciler = world.reconciler()
    await reconciler.converge("a.md")
    with pytest.raises(Unavailable, match=f"{replaced.name} needs its model {replaced.model}"):
        await reconciler.converge("a.md", whole=True)
    del world.embed.failing[replaced.model]
    assert (await reconciler.converge("a.md")).state == "unchanged"
    assert await world.texts("a.md", replaced) == []
    assert (await reconciler.converge("a.md", whole=True)).state == "indexed"
    assert await world.texts("a.md", replaced) == ["Newer."]


async def test_a_model_that_is_gone_is_not_asked_for_every_document(
    world: World, replaced: Generation
) -> None:
    world.embed.failing[replaced.model] = RETIRED
    reconciler = world.reconciler()
    before = len(world.embed.texts)
    for number in range(9):
        world.shelf.put(f"{number}.md", "Short.")
        assert (await reconciler.converge(f"{number}.md")).state == "indexed"
    assert len(world.embed.texts) - before == 9 + 1


async def test_a_switch_to_one_that_was_to_be_left_out_wins(tmp_path: Path) -> None:
    """It is live when the commit comes, and lacks the document."""
    shelf = Shelf()
    other = World(tmp_path, shelf=shelf)
    shelf.put("a.md", LONG)
    await converge(other)
    _, next = await begin(other)
    await converge(other)
    step = once("store.commit", lambda: other.store.switch(next))
    world = World(tmp_path, step, shelf)  # type: ignore[arg-type]
    world.embed.failing[MODEL] = REFUSED
    shelf.put("a.md", "Newer.")
    assert await converge(world) == "failed"
    await world.store.close()
    await other.store.close()


async def test_a_sweep_is_made_where_one_is_left_out(world: World, replaced: Generation) -> None:
    world.embed.failing[replaced.model] = RETIRED
    world.shelf.put("a.md", "Newer.")
    await converge(world)
    live, _ = await world.store.generations()
    dead = manifests.indexed(manifests.again(await world.manifest("a.md")), "never committed")
    await world.store.stage(dead, [Chunk(0, "x", "", (), None, 0, 1, vector("x", live.model))], live)
    assert (await drift(world.shelf, world.store)).whys == {"a.md": "leftovers"}
    await world.reconciler().converge("a.md", sweep=True)
    assert (await drift(world.shelf, world.store)).whys == {}
    assert await world.text("a.md") == "Newer."


@pytest.mark.parametrize("port", ["store.chunks", "recut", "embed", "store.stage", "store.commit"])
@pytest.mark.parametrize("change", ["written", "deleted", "switched", "begun"])
async def test_a_change_while_it_is_completed_wins(tmp_path: Path, port: str, change: str) -> None:
    shelf = Shelf()
    shelf.put("a.md", LONG)
    other = World(tmp_path, shelf=shelf)
    await converge(other)
    if change != "begun":
        await begin(other)

    async def happen() -> None:
        if change == "written":
            shelf.put("a.md", "Newer.")
            await converge(other)
        elif change == "deleted":
            shelf.delete("a.md")
            await converge(other)
        elif change == "switched":
            await other.store.switch((await other.store.generations())[1])
        else:
            await begin(other)

    world = World(tmp_path, once(port, happen), shelf)  # type: ignore[arg-type]
    if change == "begun":
        shelf.put("a.md", LONG + " And more.")
    await converge(world)
    await converge(world)
    expected = {"written": {"Newer"}, "deleted": set(), "begun": SENTENCES | {"And more"}}
    for generation in await world.store.generations():
        found = joined(await world.texts("a.md", generation))
        assert found == expected.get(change, SENTENCES)
    assert (await drift(shelf, world.store)).whys == {}
    await world.store.close()
    await other.store.close()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 15))
def test_whatever_dies_meanwhile_both_agree_with_the_bucket_in_the_end(
    tmp_path_factory: pytest.TempPathFactory, seed: int, deaths: int
) -> None:
    asyncio.run(_survive(tmp_path_factory.mktemp("world"), random.Random(seed), deaths))


async def _survive(folder: Path, chance: random.Random, deaths: int) -> None:
    dying = False

    async def step(_: str) -> None:
        if dying and chance.random() < deaths / 100:
            raise asyncio.CancelledError

    shelf = Shelf()
    world = World(folder, step, shelf)
    for at in range(3):
        shelf.put(f"{at}.md", f"{LONG} Of {at}.")
        await converge(world, f"{at}.md")
    live, next = await begin(world)
    dying = True
    for _ in range(6):
        key = f"{chance.randrange(4)}.md"
        if chance.random() < 0.3:
            shelf.delete(key)
        elif chance.random() < 0.5:
            shelf.put(key, f"{LONG} Again {chance.randrange(9)}.")
        try:
            await converge(world, key)
        except asyncio.CancelledError:
            continue
    dying = False
    for key, why in (await drift(shelf, world.store)).whys.items():
        await world.reconciler().converge(key, sweep=why == "leftovers")
    for key in [f"{at}.md" for at in range(4)]:
        data = shelf.objects[key][1].decode() if key in shelf.objects else ""
        for generation in (live, next):
            assert joined(await world.texts(key, generation)) == joined([data])
    assert (await drift(shelf, world.store)).whys == {}
    await world.store.close()
