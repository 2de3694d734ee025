"""Index templates of Elasticsearch that an operator has for all indices."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from footnote.errors import Misconfigured
from footnote.store import Store
from tests.contract.rigs import ElasticsearchRig
from tests.contract.samples import RECIPE, put, texts

pytestmark = pytest.mark.parametrize("rig", ["elasticsearch"], indirect=True)


async def test_documents_pass_by_the_pipelines_of_a_template(
    store: Store, rig: ElasticsearchRig
) -> None:
    pipelines = {"default_pipeline": "absent", "final_pipeline": "absent"}
    settings = {"number_of_replicas": 2, **pipelines}
    template = {"settings": settings, "mappings": {"dynamic": True}}
    rig.add_template({"index_patterns": [f"{rig.settings.index}-*"], "template": template})
    generation = await store.ensure_live(RECIPE)
    await put(store, generation, "a.txt", "The heron fishes.")
    assert await texts(store, "heron") == ["The heron fishes."]


async def test_a_template_does_not_hide_documents_from_the_list(
    store: Store, rig: ElasticsearchRig
) -> None:
    rig.disable_refresh()
    generation = await store.ensure_live(RECIPE)
    await put(store, generation, "a.txt", "The heron fishes.")
    for _ in range(100):
        if listed := [manifest.key async for manifest in store.manifests()]:
            break
        await asyncio.sleep(0.1)
    assert listed == ["a.txt"]


@pytest.mark.parametrize("source", [{"enabled": False}, {"excludes": ["vector"]}])
async def test_a_template_that_keeps_no_whole_documents_is_named_as_the_cause(
    store: Store, rig: ElasticsearchRig, source: dict[str, Any]
) -> None:
    mappings = {"_source": source}
    rig.add_template({"index_patterns": [f"{rig.settings.index}-*"], "template": {"mappings": mappings}})
    with pytest.raises(Misconfigured, match=r"remove `_source` from the index template"):
        await store.ensure_live(RECIPE)
