"""Chunks that are gone while their manifests stay, as after a restored snapshot."""

from __future__ import annotations

from pathlib import Path

from footnote.drift import detect_drift
from footnote.store import Store
from tests.contract.rigs import Rig
from tests.unit.functions.ingest.world import LONG, World


async def test_a_document_that_lost_a_chunk_is_found_and_read_again(
    store: Store, rig: Rig, tmp_path: Path
) -> None:
    world = World(tmp_path, store=store)
    for name, text in {"a.md": LONG, "b.md": "The heron fishes.", "empty.md": ""}.items():
        world.bucket.put(name, text)
        await world.reconciler().converge(name)
    rig.refresh()
    assert (await detect_drift(world.bucket, store)).differences == {}
    before = await world.manifest("a.md")
    await rig.lose_chunk(before.id)
    found = await detect_drift(world.bucket, store)
    assert (found.differences, found.unchanged) == ({"a.md": "lost"}, 2)
    assert (found.behind, found.lost) == (["a.md"], {"a.md": before.version})
    await world.reconciler().converge("a.md", "lost")
    rig.refresh()
    assert (await detect_drift(world.bucket, store)).differences == {}
    assert rig.stored_chunks(before.id) == before.chunks


async def test_a_replaced_version_is_not_counted(store: Store, rig: Rig, tmp_path: Path) -> None:
    world = World(tmp_path, store=store)
    world.bucket.put("a.md", "The heron fishes.")
    await world.reconciler().converge("a.md")
    before = await world.manifest("a.md")
    world.bucket.put("a.md", LONG)
    await world.reconciler().converge("a.md")
    rig.refresh()
    counts = await store.chunk_counts((await store.generations())[0])
    now = await world.manifest("a.md")
    assert counts == {(now.id, now.version): now.chunks}
    assert (before.id, before.version) not in counts
