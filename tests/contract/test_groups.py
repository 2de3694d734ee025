"""Access by groups: no query finds a document that its reader may not read."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from footnote.store import Generation, Mode, Store, document_id
from tests.contract.samples import ask, chunks, following, keys, put, unknown, uri

MODES: list[Mode] = ["hybrid", "vector", "keyword"]


@pytest.fixture
async def secrets(store: Store, generation: Generation) -> Store:
    await put(store, generation, "public.txt", "The heron fishes.")
    await put(store, generation, "legal.txt", "The heron sues.", groups=("legal",))
    await put(store, generation, "both.txt", "The heron pays.", groups=("legal", "finance"))
    return store


PUBLIC = {"public.txt"}
LEGAL = {"public.txt", "legal.txt", "both.txt"}
READABLE: list[tuple[list[str], set[str]]] = [
    ([], PUBLIC),
    (["legal"], LEGAL),
    (["finance"], {"public.txt", "both.txt"}),
    (["finance", "legal"], LEGAL),
    (["Legal"], PUBLIC),
    (["leg", "legal ", " legal", "legal,finance"], PUBLIC),
    ([""], PUBLIC),
    (["*", "%", "_____", ".*", "?????", "legal*"], PUBLIC),
    (['legal"', '["legal"]', "legal' OR '1'='1", "legal\0"], PUBLIC),
    (["null", "None", "true", "0"], PUBLIC),
]


async def test_a_reader_finds_public_documents_and_those_of_their_groups(secrets: Store) -> None:
    for (groups, readable), mode in product(READABLE, MODES):
        assert await keys(secrets, "heron", mode, groups=groups) == readable, (groups, mode)


async def test_no_filter_gives_access_to_a_document(secrets: Store) -> None:
    for mode in MODES:
        assert await keys(secrets, "heron sues", mode, uri=[uri("legal.txt")]) == set()
        assert await keys(secrets, "heron sues", mode, prefix="legal") == set()
        assert await keys(secrets, "heron sues", mode, content_type=["text/plain"]) == PUBLIC


async def test_chunks_are_returned_only_to_those_who_may_read_them(secrets: Store) -> None:
    legal = document_id(uri("legal.txt"))
    assert await secrets.chunks(legal, frozenset()) == []
    assert await secrets.chunks(legal, frozenset({"finance"})) == []
    assert len(await secrets.chunks(legal, frozenset({"legal"}))) == 1
    assert len(await secrets.chunks(legal, None)) == 1


async def test_restricting_an_indexed_document_takes_effect_at_once(
    store: Store, generation: Generation
) -> None:
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    assert await keys(store, "heron") == {"a.txt"}
    await store.commit(replace(manifest, sequence=2, etag="2", groups=("legal",)))
    for mode in MODES:
        assert await keys(store, "heron", mode) == set()
        assert await keys(store, "heron", mode, groups=["legal"]) == {"a.txt"}


async def test_publishing_an_indexed_document_takes_effect_at_once(
    store: Store, generation: Generation
) -> None:
    manifest = await put(store, generation, "a.txt", "The heron fishes.", groups=("legal",))
    await store.commit(replace(manifest, sequence=2, etag="2", groups=()))
    for mode in MODES:
        assert await keys(store, "heron", mode) == {"a.txt"}


async def test_a_document_may_move_to_another_group(store: Store, generation: Generation) -> None:
    manifest = await put(store, generation, "a.txt", "The heron fishes.", groups=("legal",))
    await store.commit(replace(manifest, sequence=2, etag="2", groups=("finance",)))
    assert await keys(store, "heron", groups=["legal"]) == set()
    assert await keys(store, "heron", groups=["finance"]) == {"a.txt"}


async def test_restricted_documents_do_not_displace_readable_ones(
    store: Store, generation: Generation
) -> None:
    await put(store, generation, "closed.txt", *["heron heron heron"] * 450, groups=("legal",))
    await put(store, generation, "open.txt", "One heron among so many other words of no use.")
    for mode in MODES:
        assert await keys(store, "heron", mode) == {"open.txt"}


async def test_coverage_reveals_nothing_about_restricted_documents(
    store: Store, generation: Generation
) -> None:
    await put(store, generation, "closed.txt", "The zeppelin lands.", groups=("legal",))
    await put(store, generation, "open.txt", "The heron fishes.")
    found = await ask(store, "zeppelin")
    assert (found.coverage, found.unknown) == (0, ["zeppelin"])


ACQUIRED = "acquire.contoso.for.85.million"
"""One word for a search, and four words that follow one another in a document."""


async def coverages(store: Store, **options: Any) -> list[float]:
    asked = (f"canteen {ACQUIRED}", f"canteen {ACQUIRED.replace('85', '86')}", "canteen zeppelin")
    return [(await ask(store, text, mode, **options)).coverage for text in asked for mode in MODES]


async def test_restricted_documents_do_not_affect_idf(store: Store, generation: Generation) -> None:
    closed = ["We acquire Contoso for 85 million.", *["Zeppelin."] * 300]
    await put(store, generation, "open.txt", "The canteen serves soup.", "The zeppelin lands.")
    before = await coverages(store)
    await put(store, generation, "board.txt", *closed, groups=("board",))
    assert await coverages(store) == before
    assert await coverages(store, groups=["staff"]) == before
    assert await coverages(store, groups=["board"]) != before


async def test_documents_outside_the_filter_do_not_affect_idf(
    store: Store, generation: Generation
) -> None:
    await put(store, generation, "open.txt", "The canteen serves soup.", "The zeppelin lands.")
    before = await coverages(store)
    await put(store, generation, "other.txt", *["Zeppelin."] * 300)
    assert await coverages(store, uri=[uri("open.txt")]) == before
    assert await coverages(store) != before


async def test_restricted_and_uncommitted_chunks_do_not_affect_idf(
    store: Store, generation: Generation
) -> None:
    await put(store, generation, "open.txt", "The canteen serves soup.", "The zeppelin lands.")
    before = await coverages(store)
    texts = ["We acquire Contoso for 85 million."]
    closed = following(unknown("board.txt"), generation, texts, groups=("board",))
    await store.stage(closed, chunks(texts), generation)
    assert await coverages(store) == before
