"""Nobody finds what they may not read, however they ask."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footnote.store import Generation, Mode, Store, document_id
from tests.contract.samples import ask, keys, put, uri

MODES: list[Mode] = ["hybrid", "vector", "keyword"]


@pytest.fixture
async def secrets(store: Store, generation: Generation) -> Store:
    await put(store, generation, "public.txt", "The heron fishes.")
    await put(store, generation, "legal.txt", "The heron sues.", groups=("legal",))
    await put(store, generation, "both.txt", "The heron pays.", groups=("legal", "finance"))
    return store


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("groups", "readable"),
    [
        ([], {"public.txt"}),
        (["legal"], {"public.txt", "legal.txt", "both.txt"}),
        (["finance"], {"public.txt", "both.txt"}),
        (["finance", "legal"], {"public.txt", "legal.txt", "both.txt"}),
        (["Legal"], {"public.txt"}),
        (["leg", "legal ", " legal", "legal,finance"], {"public.txt"}),
        ([""], {"public.txt"}),
        (["*", "%", "_____", ".*", "?????", "legal*"], {"public.txt"}),
        (['legal"', '["legal"]', "legal' OR '1'='1", "legal\0"], {"public.txt"}),
        (["null", "None", "true", "0"], {"public.txt"}),
    ],
)
async def test_a_reader_finds_the_public_and_their_own(
    secrets: Store, groups: list[str], readable: set[str], mode: Mode
) -> None:
    assert await keys(secrets, "heron", mode, groups=groups) == readable


@pytest.mark.parametrize("mode", MODES)
async def test_no_filter_opens_a_document(secrets: Store, mode: Mode) -> None:
    assert await keys(secrets, "heron sues", mode, uri=[uri("legal.txt")]) == set()
    assert await keys(secrets, "heron sues", mode, prefix="legal") == set()
    assert await keys(secrets, "heron sues", mode, content_type=["text/plain"]) == {"public.txt"}


async def test_passages_are_for_those_who_may_read_them(secrets: Store) -> None:
    legal = document_id(uri("legal.txt"))
    assert await secrets.passages(legal, frozenset()) == []
    assert await secrets.passages(legal, frozenset({"finance"})) == []
    assert len(await secrets.passages(legal, frozenset({"legal"}))) == 1
    assert len(await secrets.passages(legal, None)) == 1


@pytest.mark.parametrize("mode", MODES)
async def test_a_document_closed_after_indexing_is_closed_at_once(
    store: Store, generation: Generation, mode: Mode
) -> None:
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    assert await keys(store, "heron", mode) == {"a.txt"}
    await store.commit(replace(manifest, sequence=2, etag="2", groups=("legal",)))
    assert await keys(store, "heron", mode) == set()
    assert await keys(store, "heron", mode, groups=["legal"]) == {"a.txt"}


@pytest.mark.parametrize("mode", MODES)
async def test_a_document_opened_after_indexing_is_open_at_once(
    store: Store, generation: Generation, mode: Mode
) -> None:
    manifest = await put(store, generation, "a.txt", "The heron fishes.", groups=("legal",))
    await store.commit(replace(manifest, sequence=2, etag="2", groups=()))
    assert await keys(store, "heron", mode) == {"a.txt"}


async def test_groups_that_move_to_another_group(store: Store, generation: Generation) -> None:
    manifest = await put(store, generation, "a.txt", "The heron fishes.", groups=("legal",))
    await store.commit(replace(manifest, sequence=2, etag="2", groups=("finance",)))
    assert await keys(store, "heron", groups=["legal"]) == set()
    assert await keys(store, "heron", groups=["finance"]) == {"a.txt"}


async def test_the_closed_do_not_crowd_out_the_open(store: Store, generation: Generation) -> None:
    await put(store, generation, "closed.txt", *["heron heron heron"] * 450, groups=("legal",))
    await put(store, generation, "open.txt", "One heron among so many other words of no use.")
    for mode in MODES:
        assert await keys(store, "heron", mode) == {"open.txt"}


async def test_coverage_tells_nothing_of_what_is_closed(store: Store, generation: Generation) -> None:
    await put(store, generation, "closed.txt", "The zeppelin lands.", groups=("legal",))
    await put(store, generation, "open.txt", "The heron fishes.")
    assert (await ask(store, "zeppelin")).coverage == 0
