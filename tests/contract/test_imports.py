"""The modules that a function imports to use Elasticsearch, without the official client."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.rigs import Rig

WORK = """
import asyncio, json, sys
from footnote.settings import Settings
from footnote.store import open_store
from tests.contract.samples import RECIPE, put, texts, without_content

async def main():
    store = open_store(Settings.model_validate_json(sys.argv[1]))
    generation = await store.ensure_live(RECIPE)
    manifest = await put(store, generation, "a.txt", "The heron fishes.")
    assert await texts(store, "heron") == ["The heron fishes."]
    await store.commit(without_content(manifest))
    [manifest async for manifest in store.manifests()]
    await store.close()

asyncio.run(main())
print(json.dumps([*sys.modules]))
"""


@pytest.mark.parametrize("rig", ["elasticsearch"], indirect=True)
def test_functions_do_not_import_the_official_client(rig: Rig) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORK, rig.settings.model_dump_json()],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    loaded = set(json.loads(done.stdout))
    assert "footnote.store.elasticsearch.client.transport" in loaded
    assert not loaded & {"elasticsearch", "elastic_transport", "aiohttp", "urllib3"}
