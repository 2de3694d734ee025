"""Lost indices of Elasticsearch are recreated with their mappings, and never by a write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from footnote.drift import detect_drift
from footnote.errors import Conflict, Misconfigured
from footnote.store import Generation, Manifest, Recipe, Store
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.documents.chunks import delete_action
from footnote.store.elasticsearch.documents.serialization import ChunkId
from footnote.store.elasticsearch.indices.schema import Names, write_alias
from tests.contract.rigs import ElasticsearchRig
from tests.contract.samples import (
    CHUNKING,
    RECIPE,
    chunks,
    following,
    put,
    texts,
    unknown,
    without_content,
)
from tests.unit.functions.ingest import world as ingest
from tests.unit.functions.ingest.world import World, converge

CHARACTERS = str(ingest.CHUNKING)

pytestmark = pytest.mark.parametrize("rig", ["elasticsearch"], indirect=True)


@pytest.fixture
async def known(store: Store, generation: Generation) -> Manifest:
    return await put(store, generation, "a.txt", "The heron fishes.")


@pytest.fixture
def names(rig: ElasticsearchRig) -> Names:
    return Names(rig.settings.index)


def indices(rig: ElasticsearchRig) -> Mapping[str, Any]:
    """The store's indices by name."""
    found: Mapping[str, Any] = rig.admin.indices.get(index=f"{rig.settings.index}-*").body
    return found


def remove(rig: ElasticsearchRig, names: Iterable[str]) -> None:
    rig.admin.indices.delete(index=",".join(names))


def strict(rig: ElasticsearchRig) -> bool:
    """Whether every index has an explicit mapping, and none a dynamic one."""
    return {each["mappings"].get("dynamic") for each in indices(rig).values()} == {"strict"}


async def test_no_write_creates_an_index(
    store: Store, generation: Generation, known: Manifest, rig: ElasticsearchRig
) -> None:
    client = Client(rig.settings)
    next = following(known, generation, ["The heron sleeps."])
    remove(rig, indices(rig))
    with pytest.raises(Conflict):
        await store.stage(next, chunks(["The heron sleeps."]), generation)
    await client.bulk([delete_action(generation.name, ChunkId(known.id, known.version, 0))])
    await client.close()
    assert generation.name not in indices(rig)
    assert write_alias(generation.name) not in indices(rig)


async def test_lost_indices_are_recreated_with_their_mappings(
    store: Store, other: Store, known: Manifest, rig: ElasticsearchRig
) -> None:
    remove(rig, indices(rig))
    assert await store.generations() == ()
    again = await store.ensure_live(RECIPE)
    await put(store, again, "a.txt", "The heron sleeps.")
    assert await texts(other, "heron") == ["The heron sleeps."]
    assert strict(rig)
    rig.refresh()
    assert [manifest.key async for manifest in other.manifests()] == ["a.txt"]
    assert [leftover async for leftover in other.leftovers()] == []


@pytest.mark.parametrize("gone", ["manifests", "ledger"])
async def test_a_lost_shared_index_is_recreated_with_its_mapping(
    store: Store, generation: Generation, known: Manifest, rig: ElasticsearchRig, gone: str
) -> None:
    remove(rig, [f"{rig.settings.index}-{gone}"])
    assert await store.generations() == (generation,)
    await put(store, generation, "b.txt", "The heron sleeps.")
    assert strict(rig)
    assert "The heron sleeps." in await texts(store, "heron")


async def test_a_failed_document_is_committed_after_all_indices_were_lost(
    store: Store, other: Store, known: Manifest, rig: ElasticsearchRig
) -> None:
    remove(rig, indices(rig))
    await store.generations()
    failed = await store.commit(without_content(unknown("b.txt"), "failed", "It is encrypted."))
    assert await other.manifest(failed.id) == failed
    assert strict(rig)


async def test_staging_does_not_recreate_a_dropped_index(
    store: Store, other: Store, generation: Generation, known: Manifest, rig: ElasticsearchRig
) -> None:
    """Even if no index template forbids it."""
    dropped = await store.create_next(RECIPE._replace(chunking="another"))
    staged = following(known, generation, ["The heron sleeps."] * 2)
    first, second = chunks(["The heron sleeps."] * 2)
    await store.stage(staged, [first], dropped)
    await other.drop(dropped)
    with pytest.raises(Conflict):
        await store.stage(staged, [second], dropped)
    assert dropped.name not in indices(rig)
    await put(store, generation, "a.txt", "The heron sleeps.")
    assert dropped.name not in indices(rig)


async def test_a_lost_live_alias_is_restored(
    store: Store, other: Store, generation: Generation, known: Manifest, rig: ElasticsearchRig
) -> None:
    rig.admin.indices.delete_alias(index=generation.name, name=Names(rig.settings.index).chunks)
    assert await other.generations() == ()
    assert await store.ensure_live(Recipe("another-model", 3, CHUNKING)) == generation
    assert await other.generations() == (generation,)
    assert await texts(other, "heron") == ["The heron fishes."]
    await put(store, generation, "b.txt", "The heron sleeps.")


async def test_a_lost_live_alias_of_several_candidates_is_not_guessed(
    store: Store, generation: Generation, known: Manifest, rig: ElasticsearchRig, names: Names
) -> None:
    beside = await store.create_next(RECIPE._replace(chunking="another"))
    rig.admin.indices.delete_alias(index=generation.name, name=names.chunks)
    rig.admin.indices.delete_alias(index=beside.name, name=names.next)
    await store.generations()
    with pytest.raises(Misconfigured, match=f"{names.chunks} is missing"):
        await store.ensure_live(RECIPE)


async def test_an_index_that_a_rollover_made_is_named(
    store: Store, other: Store, known: Manifest, rig: ElasticsearchRig, names: Names
) -> None:
    rolled = f"{names.chunks}-rolled"
    rig.admin.indices.rollover(alias=names.chunks, new_index=rolled)
    with pytest.raises(Misconfigured, match=f"{rolled} has an alias of Footnote.* delete it"):
        await store.generations()
    remove(rig, [rolled])
    assert await texts(other, "heron") == ["The heron fishes."]


async def test_a_next_generation_does_not_replace_a_lost_live_one(
    store: Store, generation: Generation, known: Manifest, rig: ElasticsearchRig
) -> None:
    beside = await store.create_next(RECIPE._replace(chunking="another"))
    remove(rig, [generation.name])
    assert await store.generations() == ()
    again = await store.ensure_live(RECIPE)
    assert await store.generations() == (again, beside)
    assert await store.live() == again


async def test_an_index_without_write_alias_gets_one(
    store: Store, generation: Generation, known: Manifest, rig: ElasticsearchRig
) -> None:
    for index in indices(rig):
        rig.admin.indices.delete_alias(index=index, name=write_alias(index))
    await store.generations()
    await put(store, generation, "a.txt", "The heron sleeps.")
    await store.commit(replace(await _manifest(store, known), sequence=9, groups=("legal",)))
    assert await texts(store, "heron", groups=["legal"]) == ["The heron sleeps."]


async def test_documents_of_a_lost_live_index_are_behind_until_they_are_indexed_again(
    store: Store, rig: ElasticsearchRig, tmp_path: Path
) -> None:
    world = World(tmp_path, store=store)
    for at in range(2):
        world.bucket.put(f"{at}.md", f"The heron fishes {at}.")
        assert await converge(world, f"{at}.md") == "indexed"
    live = await store.live()
    assert live is not None
    remove(rig, [live.name])
    rig.refresh()
    found = await detect_drift(world.bucket, store)
    assert (found.differences, found.unchanged) == ({"0.md": "behind", "1.md": "behind"}, 0)
    for name, why in found.differences.items():
        outcome = await world.reconciler().converge(name, why)
        assert outcome.state == "indexed"
    rig.refresh()
    assert (await detect_drift(world.bucket, store)).differences == {}
    assert await world.text("0.md") == "The heron fishes 0."


async def test_another_generation_provides_the_text_of_a_lost_live_index(
    store: Store, rig: ElasticsearchRig, tmp_path: Path
) -> None:
    world = World(tmp_path, store=store)
    world.bucket.put("a.md", "The heron fishes.")
    await converge(world, "a.md")
    beside = await store.create_next(Recipe("another/4", 4, CHARACTERS))
    await converge(world, "a.md")
    live, _ = await store.generations()
    remove(rig, [live.name])
    world.bucket.objects["a.md"] = (world.bucket.objects["a.md"][0], b"not to be read")
    again = await store.ensure_live(Recipe(world.embed.model, 8, CHARACTERS))
    assert await converge(world, "a.md") == "indexed"
    assert await world.texts("a.md", again) == await world.texts("a.md", beside) == ["The heron fishes."]


async def _manifest(store: Store, known: Manifest) -> Manifest:
    return await store.manifest(known.id) or known
