"""Commits that lack an optional generation."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footnote.errors import Conflict
from footnote.store import Generation, Manifest, Query, Store, document_id
from tests.contract.rigs import Rig
from tests.contract.samples import (
    MODEL,
    RECIPE,
    chunks,
    embed,
    following,
    key,
    put,
    unknown,
    uri,
    without_content,
)


@pytest.fixture
async def next(store: Store, generation: Generation) -> Generation:
    return await store.create_next(RECIPE._replace(chunking="another"))


async def found(store: Store, generation: Generation | None, text: str) -> list[str]:
    """Texts that a search of a generation finds; None searches the live one."""
    index = generation.name if generation else None
    query = Query(text, vector=embed(text), model=MODEL, top_k=50, index=index)
    return [passage.text for passage in (await store.search(query)).passages]


async def lacking(store: Store, generation: Generation) -> list[str]:
    return [manifest.key async for manifest in store.missing_from(generation)]


async def put_without(
    store: Store, live: Generation, optional: Generation, name: str, *texts: str
) -> Manifest:
    """Commit without the optional generation, whose model refused the last of the texts."""
    before = await store.manifest(document_id(uri(name))) or unknown(name)
    manifest = following(before, live, texts)
    await store.stage(manifest, chunks(texts), live)
    await store.stage(manifest, chunks(texts)[:-1], optional)
    return await store.commit(manifest, [optional.name])


async def test_an_optional_generation_may_lack_the_document_and_shows_no_part_of_it(
    store: Store, generation: Generation, next: Generation
) -> None:
    await put_without(store, generation, next, "a.txt", "The heron fishes.", "It waits.")
    assert sorted(await found(store, None, "heron")) == ["It waits.", "The heron fishes."]
    assert await found(store, next, "heron") == []
    assert await lacking(store, next) == ["a.txt"]


async def test_the_document_can_be_added_later(
    store: Store, generation: Generation, next: Generation, rig: Rig
) -> None:
    texts = ["The heron fishes.", "It waits."]
    manifest = await put_without(store, generation, next, "a.txt", *texts)
    whole = replace(
        manifest, sequence=manifest.sequence + 1, chunk_counts={**manifest.chunk_counts, next.name: 2}
    )
    await store.stage(whole, chunks(texts), next)
    whole = await store.commit(whole)
    assert sorted(await found(store, next, "heron")) == ["It waits.", "The heron fishes."]
    assert await lacking(store, next) == []
    await store.commit(without_content(whole))
    assert rig.stored_chunks(manifest.id) == 0


async def test_the_live_generation_is_never_optional(
    store: Store, generation: Generation, next: Generation
) -> None:
    lost = following(unknown("a.txt"), generation, ["The heron fishes."])
    await store.stage(lost, chunks(["The heron fishes."]), generation)
    await store.switch(next)
    with pytest.raises(Conflict):
        await store.commit(lost, [next.name])
    assert await store.manifest(lost.id) is None or await lacking(store, next) == ["a.txt"]


async def test_other_generations_are_not_optional(
    store: Store, generation: Generation, next: Generation
) -> None:
    manifest = following(unknown("a.txt"), generation, ["The heron fishes."])
    await store.stage(manifest, chunks(["The heron fishes."]), generation)
    with pytest.raises(Conflict):
        await store.commit(manifest, ["chunks-of-before"])


async def test_a_commit_in_no_existing_generation_is_refused(
    store: Store, generation: Generation
) -> None:
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    elsewhere = replace(manifest, sequence=manifest.sequence + 1, chunk_counts={"chunks-of-before": 1})
    with pytest.raises(Conflict):
        await store.commit(elsewhere)


Step = tuple[str, int]
steps = st.tuples(
    st.sampled_from(["look", "commit", "commit without", "begin", "switch", "drop"]), st.integers(0, 1)
)


class Writers:
    """Two writers that index documents while generations are created, switched and dropped."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.folder = uuid.uuid4().hex
        self.looked: dict[int, tuple[Manifest, tuple[Generation, ...]]] = {}
        self.committed: dict[str, str] = {}
        self.count = 0

    async def take(self, step: Step) -> None:
        what, who = step
        kept = await self.store.generations()
        if what == "look":
            name = f"{self.folder}/{who}.txt"
            before = await self.store.manifest(document_id(uri(name))) or unknown(name)
            self.looked[who] = before, kept
        elif what.startswith("commit") and who in self.looked:
            await self.commit(*self.looked.pop(who), whole=what == "commit")
        elif what == "begin" and len(kept) == 1:
            self.count += 1
            await self.store.create_next(RECIPE._replace(chunking=f"{self.folder}-{self.count}"))
        elif what == "switch" and len(kept) == 2 and not await self.lacking(kept[1]):
            await self.store.switch(kept[1])
        elif what == "drop" and len(kept) == 2:
            await self.store.drop(kept[1])

    async def commit(self, before: Manifest, kept: tuple[Generation, ...], *, whole: bool) -> None:
        self.count += 1
        text = f"Heron {self.count}."
        filled = kept if whole else kept[:1]
        manifest = following(before, kept[0], [text], chunk_counts={each.name: 1 for each in filled})
        try:
            for each in filled:
                await self.store.stage(manifest, chunks([text]), each)
            await self.store.commit(manifest, [each.name for each in kept[1:]])
            self.committed[before.key] = text
        except Conflict:
            await self.store.discard(manifest)

    async def lacking(self, generation: Generation) -> list[str]:
        return [name for name in await lacking(self.store, generation) if name in self.committed]

    async def shown(self) -> dict[str, str]:
        query = Query("heron", vector=embed("heron"), model=MODEL, top_k=50)
        passages = (await self.store.search(query)).passages
        return {key(each): each.text for each in passages if key(each).startswith(self.folder)}


@given(history=st.lists(steps, max_size=20))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_searches_find_the_last_commit_whatever_generations_lack(
    store: Store, generation: Generation, history: list[Step]
) -> None:
    writers = Writers(store)
    for step in history:
        await writers.take(step)
        assert await writers.shown() == writers.committed
    for each in (await store.generations())[1:]:
        await store.drop(each)
