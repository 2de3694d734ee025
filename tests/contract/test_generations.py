"""The live generation and the queries that it accepts."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from footnote.errors import FingerprintMismatch, InvalidRequest
from footnote.store import Generation, Query, Recipe, Store
from tests.contract.samples import (
    CHUNKING,
    MODEL,
    RECIPE,
    chunks,
    embed,
    following,
    put,
    unknown,
)


async def test_no_generation_is_live_in_an_empty_store(store: Store) -> None:
    assert await store.live() is None
    assert await store.manifest("0" * 32) is None
    assert await store.chunks("0" * 32, None) == []
    assert [manifest async for manifest in store.manifests()] == []
    with pytest.raises(FingerprintMismatch):
        await store.search(Query("anything", "keyword"))
    await store.ping()


async def test_the_first_call_creates_the_generation(store: Store, other: Store) -> None:
    first = await store.ensure_live(RECIPE)
    assert first.recipe == RECIPE
    assert await other.ensure_live(RECIPE) == first
    assert await other.live() == await store.live() == first


async def test_concurrent_calls_create_one_generation(store: Store, other: Store) -> None:
    made = await asyncio.gather(*(some.ensure_live(RECIPE) for some in [store, other] * 4))
    assert len(set(made)) == 1


async def test_of_different_generations_created_concurrently_one_goes_live(
    store: Store, other: Store
) -> None:
    made = await asyncio.gather(
        store.ensure_live(RECIPE), other.ensure_live(Recipe("another-model", 3, CHUNKING))
    )
    assert made[0] == made[1] == await store.live()


async def test_the_parameters_of_the_live_generation_do_not_change(
    store: Store, generation: Generation
) -> None:
    assert await store.ensure_live(Recipe("another-model", 3, "characters-500-50")) == generation
    assert await store.generations() == (generation,)


async def test_a_query_vector_of_another_model_is_refused(store: Store, generation: Generation) -> None:
    with pytest.raises(FingerprintMismatch, match="another-model"):
        await store.search(Query("text", vector=embed("text"), model="another-model"))
    with pytest.raises(FingerprintMismatch, match="3 dimensions"):
        await store.search(Query("text", vector=[1.0, 0.0, 0.0], model=MODEL))
    with pytest.raises(InvalidRequest, match="vector"):
        await store.search(Query("text", "hybrid"))


async def test_chunks_with_vectors_of_other_dimensions_are_refused(
    store: Store, generation: Generation
) -> None:
    manifest = following(unknown("a.txt"), generation, ["text"])
    [chunk] = chunks(["text"])
    with pytest.raises(FingerprintMismatch, match="2 dimensions"):
        await store.stage(manifest, [replace(chunk, vector=(1.0, 0.0))], generation)


async def test_an_empty_generation_finds_nothing(store: Store, generation: Generation) -> None:
    found = await store.search(Query("text", vector=embed("text"), model=MODEL))
    assert (found.passages, found.generation, found.coverage) == ([], generation, 0)


async def test_other_processes_find_committed_documents(
    store: Store, other: Store, generation: Generation
) -> None:
    query = Query("heron", vector=embed("heron"), model=MODEL)
    assert (await other.search(query)).passages == []
    await put(store, generation, "a.txt", "The heron fishes.")
    assert [passage.text for passage in (await other.search(query)).passages] == ["The heron fishes."]
