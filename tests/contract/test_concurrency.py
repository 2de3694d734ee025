"""Concurrent readers and writers: a reader sees either the old version or the new one."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from footnote.errors import Conflict
from footnote.store import Generation, Manifest, Store
from tests.contract.rigs import Rig
from tests.contract.samples import ask, chunks, following, key, put, without_content

CHANGES = 12


def version_texts(number: int) -> list[str]:
    """The texts of a version; each has the version's number."""
    return [f"Heron {number} paragraph {part}." for part in range(number % 3 + 1)]


async def replace_often(store: Store, generation: Generation, manifest: Manifest) -> None:
    for number in range(1, CHANGES + 1):
        manifest = await put(store, generation, manifest.key, *version_texts(number))


async def test_a_search_sees_exactly_one_version(
    store: Store, other: Store, generation: Generation
) -> None:
    manifest = await put(store, generation, "a.txt", *version_texts(0))
    await put(store, generation, "b.txt", "Another heron, always there.")
    writer = asyncio.create_task(replace_often(store, generation, manifest))
    seen: list[list[str]] = []
    while not writer.done():
        passages = (await ask(other, "heron paragraph", top_k=20)).passages
        assert "b.txt" in map(key, passages)
        seen.append(sorted(passage.text for passage in passages if key(passage) == "a.txt"))
    await writer
    seen.append([chunk.text for chunk in await other.chunks(manifest.id, None)])
    assert all(texts in [version_texts(number) for number in range(CHANGES + 1)] for texts in seen)
    assert seen[-1] == version_texts(CHANGES)


async def test_reading_chunks_sees_exactly_one_version(
    store: Store, other: Store, generation: Generation
) -> None:
    manifest = await put(store, generation, "a.txt", *version_texts(0))
    writer = asyncio.create_task(replace_often(store, generation, manifest))
    while not writer.done():
        texts = [chunk.text for chunk in await other.chunks(manifest.id, None)]
        assert texts in [version_texts(number) for number in range(CHANGES + 1)]
    await writer


async def test_a_filtered_search_never_sees_a_restricted_version(
    store: Store, other: Store, generation: Generation
) -> None:
    """The text says whether the document is restricted in its version."""
    manifest = await put(store, generation, "a.txt", "heron open 0")

    async def open_and_close() -> None:
        for number in range(1, CHANGES + 1):
            groups, text = (("legal",), "secret") if number % 2 else ((), "open")
            await put(store, generation, manifest.key, f"heron {text} {number}", groups=groups)

    writer = asyncio.create_task(open_and_close())
    while not writer.done():
        passages = (await ask(other, "heron secret")).passages
        assert not [passage.text for passage in passages if "secret" in passage.text]
    await writer


async def write(store: Store, generation: Generation, name: str, document: Manifest) -> int:
    """Write CHANGES versions as ingest does, starting over after a conflict. Returns their number."""
    conflicts, written = 0, 0
    while written < CHANGES:
        before = await store.manifest(document.id) or document
        texts = [f"Heron by {name}, {written} of {part}." for part in range(3)]
        manifest = following(before, generation, texts)
        try:
            for chunk in chunks(texts):
                await store.stage(manifest, [chunk], generation)
            await store.commit(manifest)
            written += 1
        except Conflict:
            conflicts += 1
            await store.discard(manifest)
    return conflicts


async def test_two_concurrent_writers_leave_one_version_and_no_orphaned_chunk(
    store: Store, other: Store, generation: Generation, rig: Rig
) -> None:
    document = await put(store, generation, "a.txt", "The first.")
    await asyncio.gather(
        write(store, generation, "one", document), write(other, generation, "another", document)
    )
    manifest = await store.manifest(document.id)
    assert manifest is not None
    assert manifest.sequence == 1 + 2 * CHANGES
    passages = (await ask(store, "heron", top_k=20)).passages
    assert {passage.version for passage in passages} == {manifest.version}
    assert len(passages) == rig.stored_chunks(document.id) == 3


async def test_many_writers_of_many_documents(
    store: Store, other: Store, generation: Generation
) -> None:
    keys = [f"{number}.txt" for number in range(20)]
    writers = zip([store, other] * 10, keys, strict=True)
    await asyncio.gather(
        *(put(writer, generation, key, f"The heron of {key}.") for writer, key in writers)
    )
    assert {key(passage) for passage in (await ask(store, "heron", top_k=50)).passages} == set(keys)
    manifests = [await store.manifest((await put(store, generation, key, "x")).id) for key in keys[:3]]
    await asyncio.gather(*(other.commit(without_content(replace(m))) for m in manifests if m))
    left = {key(passage) for passage in (await ask(store, "heron", top_k=50)).passages}
    assert left == set(keys[3:])
