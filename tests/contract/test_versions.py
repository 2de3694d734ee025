"""Replacement of a document's version: staging, commits, conflicts and deletions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from footnote.errors import Conflict
from footnote.store import Generation, Mark, Store
from tests.contract.rigs import Rig
from tests.contract.samples import (
    NOON,
    ask,
    chunks,
    following,
    keys,
    put,
    texts,
    unknown,
    without_content,
)


async def test_staged_chunks_are_invisible_until_committed(store: Store, generation: Generation) -> None:
    manifest = following(unknown("a.txt"), generation, ["The heron fishes."])
    await store.stage(manifest, chunks(["The heron fishes."]), generation)
    assert await texts(store, "heron") == []
    assert await store.manifest(manifest.id) is None
    assert await store.chunks(manifest.id, None) == []
    await store.commit(manifest)
    assert await texts(store, "heron") == ["The heron fishes."]


async def test_gaps_and_marks_are_stored(store: Store, generation: Generation) -> None:
    [chunk] = chunks(["text"])
    chunk = replace(chunk, gap=" \n\n", marks=(Mark(0, 0, ""), Mark(3, 2, "Ä heading")))
    manifest = following(unknown("a.txt"), generation, ["text"])
    await store.stage(manifest, [chunk], generation)
    await store.commit(manifest)
    assert await store.chunks(manifest.id, None) == [replace(chunk, vector=())]


async def test_a_manifest_is_read_as_it_was_committed(store: Store, generation: Generation) -> None:
    manifest = following(
        unknown("a b/ä.txt"), generation, ["text"], groups=("x", "y z"), reason="because"
    )
    await store.stage(manifest, chunks(["text"]), generation)
    committed = await store.commit(manifest)
    assert committed == replace(manifest, revision=committed.revision)
    assert await store.manifest(manifest.id) == committed


async def test_a_passage_has_its_location(store: Store, generation: Generation) -> None:
    manifest = await put(store, generation, "a.txt", "First.", "The heron fishes.")
    [passage, _] = (await ask(store, "heron fishes")).passages
    assert passage.model_dump(exclude={"score", "cosine"}) == {
        "document": manifest.id,
        "uri": manifest.uri,
        "version": manifest.version,
        "title": "Title of a.txt",
        "headings": ["A", "B"],
        "page": 2,
        "start": 6,
        "end": 23,
        "text": "The heron fishes.",
    }


async def test_a_new_version_replaces_the_old_one(
    store: Store, generation: Generation, rig: Rig
) -> None:
    old = await put(store, generation, "a.txt", "The heron fishes.", "It waits.", "It flies.")
    next = following(old, generation, ["The heron sleeps."])
    await store.stage(next, chunks(["The heron sleeps."]), generation)
    assert len(await texts(store, "heron")) == 3
    await store.commit(next)
    assert await texts(store, "heron") == ["The heron sleeps."]
    assert [chunk.text for chunk in await store.chunks(old.id, None)] == ["The heron sleeps."]
    assert rig.stored_chunks(old.id) == 1


async def test_a_version_may_be_staged_in_batches_and_again(
    store: Store, generation: Generation, rig: Rig
) -> None:
    many = [f"Paragraph {number} of the tale." for number in range(450)]
    manifest = following(unknown("a.txt"), generation, many)
    made = chunks(many)
    for _ in range(2):
        for first in range(0, len(made), 64):
            await store.stage(manifest, made[first : first + 64], generation)
    await store.commit(manifest)
    assert [chunk.text for chunk in await store.chunks(manifest.id, None)] == many
    assert rig.stored_chunks(manifest.id) == 450
    await store.commit(without_content(await store.manifest(manifest.id) or manifest))
    assert rig.stored_chunks(manifest.id) == 0


async def test_a_deleted_document_is_not_found(store: Store, generation: Generation, rig: Rig) -> None:
    await put(store, generation, "b.txt", "The otter swims.")
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    await store.commit(without_content(manifest))
    assert await keys(store, "heron") == {"b.txt"}
    assert await store.chunks(manifest.id, None) == []
    stored = await store.manifest(manifest.id)
    assert stored is not None
    assert stored.state == "deleted"
    assert rig.stored_chunks(manifest.id) == 0


async def test_a_deleted_document_may_be_indexed_again(store: Store, generation: Generation) -> None:
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    await store.commit(without_content(manifest))
    await put(store, generation, "a.txt", "The heron fishes.")
    assert await texts(store, "heron") == ["The heron fishes."]


async def test_a_failed_document_has_a_reason_and_no_passage(
    store: Store, generation: Generation
) -> None:
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    await store.commit(without_content(manifest, "failed", "It is encrypted."))
    stored = await store.manifest(manifest.id)
    assert stored is not None
    assert (stored.state, stored.reason) == ("failed", "It is encrypted.")
    assert await texts(store, "heron") == []


async def test_a_document_may_fail_before_anything_was_indexed(store: Store) -> None:
    failed = await store.commit(without_content(unknown("a.txt"), "failed", "It is encrypted."))
    assert await store.manifest(failed.id) == failed


async def test_only_the_first_of_two_writers_commits(
    store: Store, other: Store, generation: Generation, rig: Rig
) -> None:
    base = await put(store, generation, "a.txt", "The heron fishes.")
    won = following(base, generation, ["The heron sleeps."])
    lost = following(base, generation, ["The heron flies.", "It is gone."])
    await store.stage(won, chunks(["The heron sleeps."]), generation)
    await other.stage(lost, chunks(["The heron flies.", "It is gone."]), generation)
    await store.commit(won)
    with pytest.raises(Conflict):
        await other.commit(lost)
    await other.discard(lost)
    assert await texts(store, "heron") == ["The heron sleeps."]
    assert rig.stored_chunks(base.id) == 1


async def test_only_the_first_manifest_of_a_document_commits(store: Store, other: Store) -> None:
    await store.commit(without_content(unknown("a.txt")))
    with pytest.raises(Conflict):
        await other.commit(without_content(unknown("a.txt")))


async def test_discarding_the_committed_version_removes_nothing(
    store: Store, other: Store, generation: Generation
) -> None:
    manifest = following(unknown("a.txt"), generation, ["The heron fishes."])
    await store.stage(manifest, chunks(["The heron fishes."]), generation)
    await other.stage(manifest, chunks(["The heron fishes."]), generation)
    await store.commit(manifest)
    with pytest.raises(Conflict):
        await other.commit(manifest)
    await other.discard(manifest)
    assert await texts(store, "heron") == ["The heron fishes."]


async def test_the_next_commit_removes_what_a_killed_writer_staged(
    store: Store, generation: Generation, rig: Rig
) -> None:
    killed = following(unknown("a.txt"), generation, ["Never committed."] * 3)
    await store.stage(killed, chunks(["Never committed."] * 3), generation)
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    assert await texts(store, "committed heron") == ["The heron fishes."]
    assert rig.stored_chunks(manifest.id) == 1


async def test_chunks_staged_for_a_later_commit_survive_an_earlier_one(
    store: Store, generation: Generation
) -> None:
    first = following(unknown("a.txt"), generation, ["The heron fishes."])
    later = following(first, generation, ["The heron sleeps."])
    await store.stage(later, chunks(["The heron sleeps."]), generation)
    await store.stage(first, chunks(["The heron fishes."]), generation)
    committed = await store.commit(first)
    assert await texts(store, "heron") == ["The heron fishes."]
    await store.commit(replace(later, revision=committed.revision))
    assert await texts(store, "heron") == ["The heron sleeps."]


async def test_filter_fields_may_change_without_new_chunks(store: Store, generation: Generation) -> None:
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    touched = replace(
        manifest,
        sequence=manifest.sequence + 1,
        etag="another",
        content_type="text/markdown",
        modified_at=NOON + timedelta(days=1),
    )
    assert (await store.commit(touched)).etag == "another"
    assert await texts(store, "heron", content_type=["text/markdown"]) == ["The heron fishes."]
    assert await texts(store, "heron", content_type=["text/plain"]) == []
    assert await texts(store, "heron", modified_after=NOON) == ["The heron fishes."]
    assert [chunk.text for chunk in await store.chunks(manifest.id, None)] == ["The heron fishes."]
