"""A generation that is not live is left out if its model refuses a text or fails."""

from pathlib import Path

import pytest

from footnote.drift import detect_drift
from footnote.errors import Declined, FootnoteError, Unavailable, Unreadable
from footnote.store import Chunk, Generation
from functions.ingest import manifests
from functions.ingest.staging import MAX_FAILURES
from tests.unit.functions.ingest.generations import MODEL, create_next
from tests.unit.functions.ingest.world import LONG, InMemoryBucket, World, converge, once, vector


@pytest.fixture
async def world(world: World) -> World:
    """With one document, which is indexed."""
    world.bucket.put("a.md", LONG)
    await converge(world)
    return world


REFUSED = Unreadable("Its text cannot be embedded: it is too long.")
DECLINED = Declined("The embedding endpoint returned a vector that is zero.")
RETIRED = Unavailable("embed has no such model.")


async def missing_keys(world: World, generation: Generation) -> list[str]:
    return [manifest.key async for manifest in world.store.missing_from(generation)]


@pytest.mark.parametrize("error", [REFUSED, DECLINED])
async def test_a_text_that_only_the_next_model_refuses_is_indexed_without_that_generation(
    world: World, error: FootnoteError
) -> None:
    live, next = await create_next(world)
    world.embed.failing[MODEL] = error
    world.bucket.put("a.md", "Newer.")
    assert await converge(world) == "indexed"
    assert await world.texts("a.md", live) == ["Newer."]
    assert await world.texts("a.md", next) == []
    assert await missing_keys(world, next) == ["a.md"]
    assert (await detect_drift(world.bucket, world.store)).differences == {"a.md": "behind"}
    assert await converge(world) == "unchanged"
    with pytest.raises(type(error), match=error.message):
        await world.reconciler().converge("a.md", "behind")
    await world.store.drop(next)
    assert (await detect_drift(world.bucket, world.store)).differences == {}
    assert await world.text("a.md") == "Newer."


async def test_a_text_that_the_live_model_refuses_fails(world: World) -> None:
    live, next = await create_next(world)
    world.embed.failing[live.recipe.model] = REFUSED
    world.bucket.put("a.md", "Newer.")
    assert await converge(world) == "failed"
    assert (await world.manifest("a.md")).reason == REFUSED.message
    assert await world.texts("a.md", next) == []


async def test_a_next_model_that_fails_makes_the_event_retryable(world: World) -> None:
    _, next = await create_next(world)
    world.embed.failing[MODEL] = RETIRED
    world.bucket.put("a.md", "Newer.")
    with pytest.raises(Unavailable, match=f"{next.name} needs its model {MODEL}: embed has no such"):
        await converge(world)
    assert RETIRED.message == "embed has no such model."
    del world.embed.failing[MODEL]
    assert await converge(world) == "indexed"
    assert await world.texts("a.md", next) == ["Newer."]


async def test_a_next_model_that_keeps_failing_holds_no_document_up(world: World) -> None:
    live, next = await create_next(world)
    reconciler = world.reconciler()
    world.embed.failing[MODEL] = RETIRED
    world.bucket.put("a.md", "Newer.")
    for _ in range(MAX_FAILURES - 1):
        with pytest.raises(Unavailable):
            await reconciler.converge("a.md")
    for key in ("a.md", "b.md"):
        world.bucket.put(key, "Newer.")
        assert (await reconciler.converge(key)).state == "indexed"
        assert await world.texts(key, live) == ["Newer."]
    assert sorted(await missing_keys(world, next)) == ["a.md", "b.md"]
    drift = await detect_drift(world.bucket, world.store)
    assert drift.differences == dict.fromkeys(["a.md", "b.md"], "behind")
    with pytest.raises(Unavailable, match="embed has no such"):
        await reconciler.converge("a.md", "behind")
    del world.embed.failing[MODEL]
    for key in ("a.md", "b.md"):
        await reconciler.converge(key, "behind")
        assert await world.texts(key, next) == ["Newer."]


@pytest.fixture
async def replaced(world: World) -> Generation:
    """A generation that another one replaced."""
    _, next = await create_next(world)
    await converge(world)
    await world.store.switch(next)
    return (await world.store.generations())[1]


@pytest.mark.parametrize("error", [REFUSED, RETIRED])
async def test_a_document_is_indexed_without_a_replaced_generation_whose_model_fails(
    world: World, replaced: Generation, error: Exception
) -> None:
    world.embed.failing[replaced.recipe.model] = error
    world.bucket.put("a.md", "Newer.")
    assert await converge(world) == "indexed"
    assert await world.text("a.md") == "Newer."
    assert await missing_keys(world, replaced) == ["a.md"]
    assert await world.texts("a.md", replaced) == []
    assert (await detect_drift(world.bucket, world.store)).differences == {}


async def test_a_replaced_generation_gets_missing_documents_only_by_backfill(
    world: World, replaced: Generation
) -> None:
    world.embed.failing[replaced.recipe.model] = RETIRED
    world.bucket.put("a.md", "Newer.")
    reconciler = world.reconciler()
    await reconciler.converge("a.md")
    with pytest.raises(Unavailable, match=f"{replaced.name} needs its model {replaced.recipe.model}"):
        await reconciler.converge("a.md", "behind")
    del world.embed.failing[replaced.recipe.model]
    assert (await reconciler.converge("a.md")).state == "unchanged"
    assert await world.texts("a.md", replaced) == []
    assert (await reconciler.converge("a.md", "behind")).state == "indexed"
    assert await world.texts("a.md", replaced) == ["Newer."]


async def test_the_failing_model_of_a_replaced_generation_is_called_once(
    world: World, replaced: Generation
) -> None:
    world.embed.failing[replaced.recipe.model] = RETIRED
    reconciler = world.reconciler()
    before = len(world.embed.texts)
    for number in range(9):
        world.bucket.put(f"{number}.md", "Short.")
        assert (await reconciler.converge(f"{number}.md")).state == "indexed"
    assert len(world.embed.texts) - before == 9 + 1


async def test_a_switch_to_an_optional_generation_makes_the_commit_start_over(tmp_path: Path) -> None:
    """The generation goes live before the commit, which lacks the document."""
    bucket = InMemoryBucket()
    other = World(tmp_path, bucket=bucket)
    bucket.put("a.md", LONG)
    await converge(other)
    _, next = await create_next(other)
    await converge(other)
    step = once("store.commit", lambda: other.store.switch(next))
    world = World(tmp_path, step, bucket)  # type: ignore[arg-type]
    world.embed.failing[MODEL] = REFUSED
    bucket.put("a.md", "Newer.")
    assert await converge(world) == "failed"
    await world.store.close()
    await other.store.close()


async def test_a_sweep_works_if_an_optional_generation_is_left_out(
    world: World, replaced: Generation
) -> None:
    world.embed.failing[replaced.recipe.model] = RETIRED
    world.bucket.put("a.md", "Newer.")
    await converge(world)
    live, _ = await world.store.generations()
    dead = manifests.indexed(manifests.again(await world.manifest("a.md")), "never committed")
    chunk = Chunk(0, "x", "", (), None, 0, 1, vector("x", live.recipe.model))
    await world.store.stage(dead, [chunk], live)
    assert (await detect_drift(world.bucket, world.store)).differences == {"a.md": "leftovers"}
    await world.reconciler().converge("a.md", "leftovers")
    assert (await detect_drift(world.bucket, world.store)).differences == {}
    assert await world.text("a.md") == "Newer."
