"""A second generation beside the live one: created, filled, switched to and back, dropped."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from footnote.contracts import Filter
from footnote.errors import Conflict, FingerprintMismatch, InvalidRequest
from footnote.store import Chunk, Generation, Manifest, Query, Recipe, Store, document_id
from tests.contract.rigs import ElasticsearchRig, Rig
from tests.contract.samples import (
    MODEL,
    RECIPE,
    ask,
    chunks,
    following,
    key,
    put,
    texts,
    unknown,
    uri,
    without_content,
)

NEXT = "letters-26"
LETTERS = 26


def spelled(text: str) -> list[float]:
    """A vector of the other model: the frequency of each letter."""
    counts = [text.lower().count(chr(ord("a") + at)) + 0.01 for at in range(LETTERS)]
    length = math.hypot(*counts)
    return [count / length for count in counts]


def cut(parts: Sequence[str]) -> list[Chunk]:
    """The same texts in the other chunking: each chunk is cut in two."""
    halves = [half for text in parts for half in (text[: len(text) // 2], text[len(text) // 2 :])]
    made = chunks(halves)
    return [replace(chunk, vector=spelled(chunk.text)) for chunk in made]


@pytest.fixture
async def next(store: Store, generation: Generation) -> Generation:
    await put(store, generation, "a.txt", "The heron fishes.", "It waits.")
    return await store.create_next(Recipe(NEXT, LETTERS, "halves"))


async def copy(store: Store, next: Generation, manifest: Manifest, *parts: str) -> Manifest:
    """Add the committed version to the other generation."""
    halves = cut(parts)
    known = replace(
        manifest,
        sequence=manifest.sequence + 1,
        chunk_counts={**manifest.chunk_counts, next.name: len(halves)},
    )
    await store.stage(known, halves, next)
    return await store.commit(known)


async def put_in_both(
    store: Store, live: Generation, next: Generation, name: str, *parts: str
) -> Manifest:
    before = await store.manifest(document_id(uri(name))) or unknown(name)
    manifest = following(before, live, parts)
    manifest = replace(manifest, chunk_counts={live.name: len(parts), next.name: 2 * len(parts)})
    await store.stage(manifest, chunks(parts), live)
    await store.stage(manifest, cut(parts), next)
    return await store.commit(manifest)


async def stored(store: Store, name: str) -> Manifest:
    manifest = await store.manifest(document_id(uri(name)))
    assert manifest is not None
    return manifest


async def spell(store: Store, text: str, index: str | None = None) -> list[str]:
    """Texts that a search with a vector of the other model finds."""
    query = Query(text, vector=spelled(text), model=NEXT, top_k=20, index=index)
    return [passage.text for passage in (await store.search(query)).passages]


async def test_the_next_generation_is_listed_but_not_searched(
    store: Store, other: Store, generation: Generation, next: Generation
) -> None:
    assert await other.generations() == (generation, next)
    assert await other.live() == generation
    assert next.recipe == Recipe(NEXT, LETTERS, "halves")
    assert (await texts(store, "heron"))[0] == "The heron fishes."
    with pytest.raises(FingerprintMismatch, match=NEXT):
        await spell(store, "heron")


async def test_creating_the_next_generation_again_returns_it(
    store: Store, other: Store, generation: Generation
) -> None:
    begun = await asyncio.gather(
        *(each.create_next(Recipe(NEXT, 3, "halves")) for each in [store, other] * 3)
    )
    assert len(set(begun)) == 1
    assert await store.create_next(RECIPE) == generation
    with pytest.raises(InvalidRequest, match="drop it first"):
        await store.create_next(Recipe("a-third-model", 3, "halves"))


async def test_no_next_generation_is_created_before_one_is_live(store: Store) -> None:
    with pytest.raises(InvalidRequest, match="Nothing has been indexed"):
        await store.create_next(Recipe(NEXT, LETTERS, "halves"))


async def test_a_document_may_be_added_to_the_next_generation(
    store: Store, generation: Generation, next: Generation, rig: Rig
) -> None:
    before = await stored(store, "a.txt")
    assert before.missing_from([generation, next]) == [next]
    after = await copy(store, next, before, "The heron fishes.", "It waits.")
    assert after == await stored(store, "a.txt")
    assert (after.version, after.missing_from([generation, next])) == (before.version, [])
    assert rig.stored_chunks(after.id) == 2 + 4
    assert (await texts(store, "heron"))[0] == "The heron fishes."
    assert sorted(await spell(store, "heron", next.name)) == sorted(
        half.text for half in cut(["The heron fishes.", "It waits."])
    )


async def test_a_commit_that_lacks_a_generation_is_refused(
    store: Store, generation: Generation, next: Generation
) -> None:
    before = await stored(store, "a.txt")
    manifest = following(before, generation, ["The heron sleeps."])
    await store.stage(manifest, chunks(["The heron sleeps."]), generation)
    with pytest.raises(Conflict):
        await store.commit(manifest)
    await store.discard(manifest)
    assert await stored(store, "a.txt") == before
    assert (await texts(store, "heron"))[0] == "The heron fishes."


async def test_a_refused_version_can_be_staged_again(
    store: Store, generation: Generation, next: Generation
) -> None:
    """The version is the same, as nothing was committed meanwhile."""
    manifest = following(await stored(store, "a.txt"), generation, ["The heron sleeps."])
    await store.stage(manifest, chunks(["The heron sleeps."]), generation)
    with pytest.raises(Conflict):
        await store.commit(manifest)
    await store.discard(manifest)
    await put_in_both(store, generation, next, "a.txt", "The heron sleeps.")
    assert await texts(store, "heron") == ["The heron sleeps."]


async def test_a_new_version_replaces_the_old_one_in_both_generations(
    store: Store, generation: Generation, next: Generation, rig: Rig
) -> None:
    await copy(store, next, await stored(store, "a.txt"), "The heron fishes.", "It waits.")
    manifest = await put_in_both(store, generation, next, "a.txt", "The heron sleeps.")
    assert await texts(store, "heron") == ["The heron sleeps."]
    assert sorted(await spell(store, "heron", next.name)) == ["The hero", "n sleeps."]
    assert rig.stored_chunks(manifest.id) == 3
    await store.commit(without_content(manifest))
    assert await texts(store, "heron") == await spell(store, "heron", next.name) == []
    assert rig.stored_chunks(manifest.id) == 0


async def test_filter_fields_change_in_both_generations(
    store: Store, generation: Generation, next: Generation
) -> None:
    manifest = await copy(store, next, await stored(store, "a.txt"), "The heron fishes.", "It waits.")
    await store.commit(replace(manifest, sequence=9, etag="2", groups=("legal",)))
    query = Query("heron", vector=spelled("heron"), model=NEXT, index=next.name)
    assert (await store.search(query)).passages == []
    assert await texts(store, "heron") == []
    found = await store.search(replace(query, groups=frozenset({"legal"})))
    assert found.passages
    assert (await texts(store, "heron", groups=["legal"]))[0] == "The heron fishes."
    query = replace(query, groups=frozenset({"legal"}), filter=Filter(prefix="b"))
    assert (await store.search(query)).passages == []


async def test_switching_and_switching_back_are_atomic(
    store: Store, other: Store, generation: Generation, next: Generation
) -> None:
    manifest = await copy(store, next, await stored(store, "a.txt"), "The heron fishes.", "It waits.")
    begun = datetime.now(UTC) - timedelta(seconds=2)
    await store.switch(next)
    live, before = await other.generations()
    assert (live, before.name) == (next, generation.name)
    assert before.live_until is not None
    assert begun < before.live_until <= datetime.now(UTC)
    assert await spell(store, "heron waits") != []
    with pytest.raises(FingerprintMismatch, match=MODEL):
        await ask(store, "heron")
    assert [chunk.text for chunk in await store.chunks(manifest.id, None)] == [
        chunk.text for chunk in cut(["The heron fishes.", "It waits."])
    ]
    await store.switch(next)
    await store.switch(generation)
    assert [each.name for each in await other.generations()] == [generation.name, next.name]
    assert await store.live() == generation
    assert (await texts(store, "heron"))[0] == "The heron fishes."


async def test_a_reader_that_retries_a_mismatch_gets_an_answer_during_switches(
    store: Store, other: Store, generation: Generation, next: Generation
) -> None:
    await copy(store, next, await stored(store, "a.txt"), "The heron fishes.", "It waits.")

    async def switch_often() -> None:
        for to in [next, generation] * 6:
            await other.switch(to)
            await asyncio.sleep(0.02)

    writer = asyncio.create_task(switch_often())
    models = {MODEL: lambda: texts(store, "heron"), NEXT: lambda: spell(store, "heron")}
    answered = 0
    while not writer.done():
        live = await store.live()
        assert live is not None
        try:
            assert await models[live.recipe.model]()
            answered += 1
        except FingerprintMismatch:
            continue
    await writer
    assert answered


async def test_the_live_generation_cannot_be_dropped(
    store: Store, generation: Generation, next: Generation
) -> None:
    with pytest.raises(InvalidRequest, match="live"):
        await store.drop(generation)
    await copy(store, next, await stored(store, "a.txt"), "The heron fishes.", "It waits.")
    await store.switch(next)
    with pytest.raises(InvalidRequest, match="live"):
        await store.drop(next)


async def test_dropping_a_generation_leaves_nothing(
    store: Store, other: Store, generation: Generation, next: Generation, rig: Rig
) -> None:
    manifest = await copy(store, next, await stored(store, "a.txt"), "The heron fishes.", "It waits.")
    await store.switch(next)
    await store.drop(generation)
    await store.drop(generation)
    assert await other.generations() == (next,)
    assert rig.stored_chunks(manifest.id) == 4
    with pytest.raises(Conflict):
        await store.switch(generation)
    assert len(await store.chunks(manifest.id, None)) == 4
    manifest = await store.commit(replace(manifest, sequence=9, etag="2", groups=("legal",)))
    assert len(await store.chunks(manifest.id, frozenset({"legal"}))) == 4
    await store.commit(without_content(manifest))
    assert rig.stored_chunks(manifest.id) == 0


@pytest.mark.parametrize("rig", ["elasticsearch"], indirect=True)
async def test_removing_chunks_does_not_recreate_a_dropped_index(
    store: Store, other: Store, generation: Generation, next: Generation, rig: ElasticsearchRig
) -> None:
    """Even if no index template forbids it."""
    manifest = await copy(store, next, await stored(store, "a.txt"), "The heron fishes.", "It waits.")
    lost = replace(
        following(manifest, generation, ["Lost."]), chunk_counts={generation.name: 1, next.name: 2}
    )
    await store.stage(lost, cut(["Lost."]), next)
    await store.drop(next)
    await put(other, generation, "a.txt", "The heron sleeps.")
    await store.discard(lost)
    assert not rig.admin.indices.exists(index=next.name)
    rig.refresh()
    assert [leftover async for leftover in store.leftovers()] == []
    assert rig.stored_chunks(manifest.id) == 1


async def test_a_generation_of_the_same_parameters_has_another_name(
    store: Store, generation: Generation, next: Generation
) -> None:
    manifest = await copy(store, next, await stored(store, "a.txt"), "The heron fishes.", "It waits.")
    await store.drop(next)
    again = await store.create_next(Recipe(NEXT, LETTERS, "halves"))
    assert again.name != next.name
    assert manifest.missing_from(await store.generations()) == [again]


async def test_chunks_of_another_generation_do_not_affect_coverage(
    store: Store, generation: Generation, next: Generation
) -> None:
    alone = (await ask(store, "heron waits")).coverage
    await copy(store, next, await stored(store, "a.txt"), "The heron fishes.", "It waits.")
    assert (await ask(store, "heron waits")).coverage == alone
    assert key((await ask(store, "heron")).passages[0]) == "a.txt"
