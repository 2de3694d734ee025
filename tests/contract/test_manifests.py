"""Listing of manifests."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from footnote.store import Generation, State, Store
from tests.contract.rigs import Rig
from tests.contract.samples import put, unknown, without_content


async def listed(
    store: Store, state: State | None = None, after: str = "", prefix: str = ""
) -> list[str]:
    found = store.manifests(state=state, after=after, prefix=prefix)
    return [manifest.key async for manifest in found]


async def test_manifests_are_listed_by_state_and_key(
    store: Store, generation: Generation, rig: Rig
) -> None:
    await put(store, generation, "a/1.txt", "text")
    await put(store, generation, "a/2%.txt", "text")
    deleted = await put(store, generation, "b/3.txt", "text")
    await store.commit(without_content(deleted))
    await store.commit(without_content(unknown("b/4.txt"), "failed", "It is encrypted."))
    rig.refresh()
    assert sorted(await listed(store)) == ["a/1.txt", "a/2%.txt", "b/3.txt", "b/4.txt"]
    assert sorted(await listed(store, "indexed")) == ["a/1.txt", "a/2%.txt"]
    assert await listed(store, "failed") == ["b/4.txt"]
    assert await listed(store, "deleted") == ["b/3.txt"]
    assert sorted(await listed(store, prefix="b/")) == ["b/3.txt", "b/4.txt"]
    assert await listed(store, "indexed", prefix="b/") == []
    assert await listed(store, prefix="a/2%") == ["a/2%.txt"]
    assert await listed(store, prefix="a%") == []


async def test_manifests_are_listed_in_pages_by_id(store: Store, rig: Rig) -> None:
    keys = [f"{number}.txt" for number in range(620)]
    for first in range(0, len(keys), 20):
        some = keys[first : first + 20]
        await asyncio.gather(*(store.commit(without_content(unknown(key))) for key in some))
    rig.refresh()
    manifests = [manifest async for manifest in store.manifests()]
    ids = [manifest.id for manifest in manifests]
    assert ids == sorted(ids)
    assert sorted(manifest.key for manifest in manifests) == sorted(keys)
    after = [manifest.id async for manifest in store.manifests(after=ids[300])]
    assert after == ids[301:]


async def test_a_listed_manifest_has_the_current_revision(
    store: Store, generation: Generation, rig: Rig
) -> None:
    await put(store, generation, "a.txt", "text")
    rig.refresh()
    async with aclosing(store.manifests()) as manifests:
        manifest = await anext(manifests)
    assert manifest == await store.manifest(manifest.id)
    await store.commit(without_content(manifest))
