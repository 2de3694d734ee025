"""Leftovers of killed writers are found, and removed without harm to active ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footnote.errors import Conflict
from footnote.store import Generation, Leftover, Manifest, Store
from tests.contract.rigs import Rig
from tests.contract.samples import (
    RECIPE,
    chunks,
    following,
    put,
    texts,
    unknown,
    uri,
    without_content,
)


async def left(store: Store, rig: Rig) -> set[str]:
    rig.refresh()
    found = [leftover async for leftover in store.leftovers()]
    assert all(leftover == Leftover(uri(leftover.key), leftover.key) for leftover in found)
    return {leftover.key for leftover in found}


def again(manifest: Manifest) -> Manifest:
    return replace(manifest, sequence=manifest.sequence + 1)


async def test_commits_and_deletions_leave_nothing(
    store: Store, generation: Generation, rig: Rig
) -> None:
    await put(store, generation, "a.txt", "The heron fishes.")
    await put(store, generation, "a.txt", "The heron sleeps.")
    await store.commit(without_content(await put(store, generation, "b.txt", "The otter swims.")))
    assert await left(store, rig) == set()


async def test_an_empty_store_has_no_leftovers(store: Store, rig: Rig) -> None:
    assert await left(store, rig) == set()


async def test_chunks_staged_by_a_killed_writer_are_found_and_removed_by_the_next_commit(
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
    assert (rig.stored_chunks(manifest.id), rig.stored_chunks(never.id)) == (1, 0)
    assert await texts(store, "heron committed") == ["The heron fishes."]


async def test_a_writer_that_was_still_active_gets_a_conflict(
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


async def test_discarding_after_a_lost_race_leaves_nothing(
    store: Store, other: Store, generation: Generation, rig: Rig
) -> None:
    base = await put(store, generation, "a.txt", "The heron fishes.")
    lost = following(base, generation, ["The heron flies."])
    await other.stage(lost, chunks(["The heron flies."]), generation)
    await put(store, generation, "a.txt", "The heron sleeps.")
    await other.discard(lost)
    assert await left(store, rig) == set()


async def test_discarding_keeps_chunks_that_another_writer_staged_for_the_same_version(
    store: Store, other: Store, generation: Generation, rig: Rig
) -> None:
    said = ["The heron sleeps."]
    manifest = following(await put(store, generation, "a.txt", "The heron fishes."), generation, said)
    for writer in (store, other):
        await writer.stage(manifest, chunks(said), generation)
    next = await store.create_next(RECIPE._replace(chunking="halves"))
    with pytest.raises(Conflict):
        await store.commit(manifest)
    await store.discard(manifest)
    await other.stage(manifest, chunks(said), next)
    await other.commit(replace(manifest, chunk_counts={generation.name: 1, next.name: 1}))
    assert await texts(store, "heron") == said
    assert rig.stored_chunks(manifest.id) == 2
