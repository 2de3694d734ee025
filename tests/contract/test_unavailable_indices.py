"""Unavailable shards and indices of Elasticsearch are errors, not missing documents."""

from __future__ import annotations

import pytest

from footnote.errors import Unavailable
from footnote.store import Generation, Manifest, Store
from footnote.store.elasticsearch.indices import schema
from footnote.store.elasticsearch.indices.schema import Names
from tests.contract.rigs import ElasticsearchRig
from tests.contract.samples import RECIPE, ask, chunks, following, put, texts

pytestmark = pytest.mark.parametrize("rig", ["elasticsearch"], indirect=True)


@pytest.fixture
async def known(store: Store, generation: Generation) -> Manifest:
    """The manifest of a document that was found before."""
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    assert await texts(store, "heron") == ["The heron fishes."]
    return manifest


async def test_a_search_with_missing_shards_fails(store: Store, rig: ElasticsearchRig) -> None:
    names = Names(rig.settings.index)
    index = f"{names.chunks}-halved"
    rig.admin.indices.create(
        index=index,
        settings={"number_of_shards": 2, "routing.allocation.total_shards_per_node": 1},
        mappings=schema.chunks(RECIPE),
        aliases={names.chunks: {"is_write_index": True}},
        wait_for_active_shards=0,
    )
    rig.admin.cluster.health(index=index, wait_for_active_shards=1)
    with pytest.raises(Unavailable, match=r"cannot search now.*missing shards"):
        await ask(store, "heron")


async def test_a_search_whose_manifests_cannot_be_read_fails(
    store: Store, known: Manifest, rig: ElasticsearchRig
) -> None:
    rig.admin.indices.close(index=f"{rig.settings.index}-manifests")
    with pytest.raises(Unavailable, match="cannot answer now"):
        await ask(store, "heron")


async def test_reads_and_writes_of_a_closed_index_say_that_it_must_be_opened(
    store: Store, generation: Generation, known: Manifest, rig: ElasticsearchRig
) -> None:
    rig.admin.indices.close(index=generation.name)
    closed = f"the index {generation.name} is closed; open it"
    with pytest.raises(Unavailable, match=closed):
        await ask(store, "heron")
    with pytest.raises(Unavailable, match=closed):
        await put(store, generation, "b.txt", "The heron sleeps.")
    rig.admin.indices.open(index=generation.name)
    await put(store, generation, "b.txt", "The heron sleeps.")
    assert len(await texts(store, "heron")) == 2


async def test_listing_leftovers_without_manifests_fails(
    store: Store, generation: Generation, known: Manifest, rig: ElasticsearchRig
) -> None:
    at_work = following(known, generation, ["The heron sleeps."])
    await store.stage(at_work, chunks(["The heron sleeps."]), generation)
    rig.refresh()
    rig.admin.indices.close(index=f"{rig.settings.index}-manifests")
    with pytest.raises(Unavailable, match="cannot answer now"):
        [leftover async for leftover in store.leftovers()]
