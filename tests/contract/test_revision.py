"""The revision of the index, and search results that are cached by it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from footnote.contracts import Passage, RetrieveRequest, RetrieveResponse
from footnote.store import Generation, Query, Store, document_id
from functions.answer.retrieval.cache import RetrievalCache
from functions.retrieve.search import Search
from tests.contract.samples import (
    MODEL,
    RECIPE,
    chunks,
    embed,
    put,
    texts,
    uri,
    without_content,
)

WORDS = ("heron", "otter", "plover")
KEYS = ("a.txt", "b.txt", "c.txt")
GROUPS: Sequence[tuple[str, ...]] = ((), ("staff",), ("board",))


class Reader:
    """Searches like the answer function, with a cache that is valid for one revision."""

    def __init__(self, store: Store) -> None:
        self.search = Search(store, self.embed)
        self.cache = RetrievalCache(self.search.revisions, 100)
        self.recalled = 0

    async def embed(self, text: str, model: str) -> tuple[Sequence[float], str]:
        return embed(text), model

    async def ask(self, text: str, *groups: str) -> RetrieveResponse:
        request = RetrieveRequest(query=text, groups=list(groups), top_k=10)
        if (known := await self.cache.get(request)) is not None:
            self.recalled += 1
            return known
        found = await self.search(request)
        self.cache.put(request, found)
        return found

    async def texts(self, text: str, *groups: str) -> list[str]:
        return sorted(hit.text for hit in (await self.ask(text, *groups)).hits)


async def revision(store: Store) -> str:
    """The revision, once no write is under way."""
    for _ in range(100):
        if (found := await store.revision()) is not None:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("A write is still under way.")


async def test_the_revision_stays_the_same_without_commits(
    store: Store, other: Store, generation: Generation
) -> None:
    await put(store, generation, "a.txt", "The heron fishes.")
    before = await revision(store)
    await texts(store, "heron")
    await texts(other, "heron")
    assert await revision(store) == before


async def test_every_commit_of_any_writer_changes_the_revision(
    store: Store, other: Store, generation: Generation
) -> None:
    seen = []
    for writer in (store, other):
        manifest = await put(writer, generation, "a.txt", "The heron fishes.")
        seen.append(await revision(store))
        await put(writer, generation, "a.txt", "The heron fishes.", groups=("staff",))
        seen.append(await revision(store))
        manifest = await writer.manifest(manifest.id) or manifest
        await writer.commit(without_content(manifest))
        seen.append(await revision(store))
    assert len(set(seen)) == len(seen)


async def test_a_switch_changes_the_revision(store: Store, other: Store, generation: Generation) -> None:
    await put(store, generation, "a.txt", "The heron fishes.")
    before = await revision(store)
    await other.switch(await other.create_next(RECIPE._replace(model="another")))
    assert await store.revision() != before


async def test_switching_back_does_not_restore_an_earlier_revision(
    store: Store, other: Store, generation: Generation
) -> None:
    await put(store, generation, "a.txt", "The heron fishes.")
    seen = [await revision(store)]
    following = await other.create_next(RECIPE._replace(model="another"))
    for to in (following, generation, following, generation):
        await other.switch(to)
        seen.append(await revision(store))
    assert len(set(seen)) == len(seen)


async def test_results_of_one_generation_are_not_reused_for_another(
    store: Store, other: Store, generation: Generation
) -> None:
    """Even if the revision was not read while the other generation was live."""
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    following = await store.create_next(RECIPE._replace(chunking="another"))
    await store.stage(manifest, chunks(["The heron fishes, recut."]), following)
    held = {**manifest.chunk_counts, following.name: 1}
    await store.commit(replace(manifest, sequence=manifest.sequence + 1, chunk_counts=held))
    await revision(store)
    reader = Reader(store)
    assert await reader.texts("fishes") == ["The heron fishes."]
    await other.switch(following)
    assert await reader.texts("heron") == ["The heron fishes, recut."]
    await other.switch(generation)
    assert await reader.texts("heron") == ["The heron fishes."]


async def test_questions_are_answered_before_anything_is_indexed(store: Store) -> None:
    reader = Reader(store)
    for _ in range(3):
        assert not (await reader.ask("heron")).hits


async def test_a_repeated_question_is_not_searched_again(store: Store, generation: Generation) -> None:
    await put(store, generation, "a.txt", "The heron fishes.")
    await revision(store)
    reader = Reader(store)
    for _ in range(4):
        assert await reader.texts("heron") == ["The heron fishes."]
    assert reader.recalled == 3
    for _ in range(2):
        assert await reader.texts("fishes") == ["The heron fishes."]
    assert reader.recalled == 4


@pytest.mark.parametrize("seed", range(3))
async def test_cached_results_equal_a_fresh_search(
    store: Store, other: Store, generation: Generation, seed: int
) -> None:
    chance, reader = random.Random(seed), Reader(store)
    for step in range(40):
        if chance.random() < 0.3:
            await change(chance, other, generation, step)
        word, groups = chance.choice(WORDS), chance.choice(GROUPS)
        query = Query(word, vector=embed(word), model=MODEL, top_k=10, groups=frozenset(groups))
        fresh = await other.search(query)
        found = await reader.ask(word, *groups)
        assert shown(found.hits) == shown(fresh.passages), step
    assert reader.recalled


def shown(passages: Sequence[Passage]) -> list[tuple[str, str]]:
    return sorted((passage.uri, passage.version) for passage in passages)


async def change(chance: random.Random, store: Store, generation: Generation, step: int) -> None:
    """Commit new content, other groups for the same content, or a deletion."""
    key, groups = chance.choice(KEYS), chance.choice(GROUPS)
    stored = await store.manifest(document_id(uri(key)))
    kind = chance.choice(("content", "groups", "gone"))
    if stored is None or not stored.chunk_counts or kind == "content":
        await put(store, generation, key, f"The {chance.choice(WORDS)} fishes {step}.", groups=groups)
    elif kind == "groups":
        await store.commit(replace(stored, sequence=stored.sequence + 1, groups=groups))
    else:
        await store.commit(without_content(stored))


async def test_no_answer_after_a_commit_is_from_before_it(
    store: Store, other: Store, generation: Generation
) -> None:
    reader, committed, done = Reader(store), 0, False

    async def write() -> None:
        nonlocal committed, done
        for number in range(1, 16):
            await put(other, generation, "a.txt", f"The heron fishes {number}.")
            committed = number
            await asyncio.sleep(0.02)
        done = True

    async def read() -> None:
        while not done:
            least = committed
            hits = (await reader.ask("heron")).hits
            number = int(hits[0].text.rstrip(".").split()[-1]) if hits else 0
            assert number >= least
            await asyncio.sleep(0)

    await asyncio.gather(write(), *(read() for _ in range(4)))
    assert await reader.texts("heron") == ["The heron fishes 15."]
