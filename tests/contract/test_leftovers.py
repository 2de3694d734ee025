"""What writers that died left behind is found, and goes without harm to those at work."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footnote.errors import Conflict
from footnote.store import Generation, Leftover, Manifest, Store
from tests.contract.rigs import Rig
from tests.contract.samples import (
    DIMENSIONS,
    MODEL,
    chunks,
    following,
    put,
    texts,
    unknown,
    uri,
    without_content,
)


async def left(store: Store, rig: Rig) -> set[str]:
    rig.settle()
    found = [leftover async for leftover in store.leftovers()]
    assert all(leftover == Leftover(uri(leftover.key), leftover.key) for leftover in found)
    return {leftover.key for leftover in found}


def again(manifest: Manifest) -> Manifest:
    return replace(manifest, sequence=manifest.sequence + 1)


async def test_what_is_committed_or_gone_leaves_nothing(
    store: Store, generation: Generation, rig: Rig
) -> None:
    await put(store, generation, "a.txt", "The heron fishes.")
    await put(store, generation, "a.txt", "The heron sleeps.")
    await store.commit(without_content(await put(store, generation, "b.txt", "The otter swims.")))
    assert await left(store, rig) == set()


async def test_nothing_was_left_in_a_store_without_documents(store: Store, rig: Rig) -> None:
    assert await left(store, rig) == set()


async def test_what_a_killed_writer_staged_is_found_and_goes_with_the_next_commit(
    store: Store, generation: Generation, rig: Rig
) -> None:
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    killed = following(manifest, generation, ["Never committed."] * 3)
    await store.stage(killed, chunks(["Never committed."] * 3), generation)
    never = following(unknown("b ä.txt"), generation, ["Never committed."])
    await store.stage(never, chunks(["Never committed."]), generation)
    assert await left(store, rig) == {"a.txt", "b ä.txt"}
    await store.commit(again(manifest))
    await store.commit(again(unknown("b ä.txt")))
    assert await left(store, rig) == set()
    assert (rig.held(manifest.id), rig.held(never.id)) == (1, 0)
    assert await texts(store, "heron committed") == ["The heron fishes."]


async def test_a_writer_who_was_at_work_after_all_begins_anew(
    store: Store, other: Store, generation: Generation, rig: Rig
) -> None:
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    at_work = following(manifest, generation, ["The heron sleeps."])
    await other.stage(at_work, chunks(["The heron sleeps."]), generation)
    await store.commit(again(manifest))
    with pytest.raises(Conflict):
        await other.commit(at_work)
    await put(other, generation, "a.txt", "The heron sleeps.")
    assert await texts(store, "heron") == ["The heron sleeps."]
    assert await left(store, rig) == set()


async def test_a_loser_that_discards_leaves_nothing(
    store: Store, other: Store, generation: Generation, rig: Rig
) -> None:
    base = await put(store, generation, "a.txt", "The heron fishes.")
    lost = following(base, generation, ["The heron flies."])
    await other.stage(lost, chunks(["The heron flies."]), generation)
    await put(store, generation, "a.txt", "The heron sleeps.")
    await other.discard(lost)
    assert await left(store, rig) == set()


async def test_a_loser_that_discards_takes_nothing_from_another_who_stages_the_same(
    store: Store, other: Store, generation: Generation, rig: Rig
) -> None:
    said = ["The heron sleeps."]
    manifest = following(await put(store, generation, "a.txt", "The heron fishes."), generation, said)
    for writer in (store, other):
        await writer.stage(manifest, chunks(said), generation)
    next = await store.create_next(MODEL, DIMENSIONS, "halves")
    with pytest.raises(Conflict):
        await store.commit(manifest)
    await store.discard(manifest)
    await other.stage(manifest, chunks(said), next)
    await other.commit(replace(manifest, chunk_counts={generation.name: 1, next.name: 1}))
    assert await texts(store, "heron") == said
    assert rig.held(manifest.id) == 2
