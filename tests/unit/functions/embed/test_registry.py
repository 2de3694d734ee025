import asyncio
import shutil
from pathlib import Path

import pytest

from footnote.errors import NotFound
from footnote.settings import Settings
from functions.embed.model import GRAPH
from functions.embed.registry import MAX_LOADED, EmbedderRegistry


def folder(models: Path, name: str) -> None:
    """Make a folder with the default model under another name."""
    (models / name).mkdir(parents=True)
    (models / name / "model.onnx").symlink_to(GRAPH)
    shutil.copy("footnote/text/tokenizer.json", models / name)


async def test_a_model_is_loaded_once_and_found_by_name_and_fingerprint(tmp_path: Path) -> None:
    folder(tmp_path, "other")
    registry = EmbedderRegistry(Settings(embedding_models=tmp_path))
    assert await registry.get(None) is registry.default
    assert await registry.get("") is registry.default
    assert await registry.get(registry.default.fingerprint) is registry.default
    found = await asyncio.gather(*(registry.get("other") for _ in range(3)))
    assert found[0] is found[1] is found[2] is await registry.get(found[0].fingerprint)
    assert found[0].fingerprint.startswith("other@")


async def test_models_beside_the_default_one_are_found_and_the_least_recently_used_is_dropped(
    tmp_path: Path,
) -> None:
    for name in "abcd":
        folder(tmp_path, name)
    registry = EmbedderRegistry(Settings(embedding_model=str(tmp_path / "a")))
    first = await registry.get("b")
    assert await registry.get("b") is first
    for name in "cd"[:MAX_LOADED]:
        await registry.get(name)
    assert await registry.get("b") is not first
    assert (await registry.get("all-MiniLM-L6-v2")).fingerprint.endswith("/384")


async def test_a_model_name_cannot_leave_the_folder_of_models(tmp_path: Path) -> None:
    folder(tmp_path, "outside")
    registry = EmbedderRegistry(Settings(embedding_models=tmp_path / "models"))
    for name in ("../outside", str(tmp_path / "outside"), ".", "..", "@", "outside"):
        with pytest.raises(NotFound):
            await registry.get(name)
    folder(tmp_path / "models", "outside")
    assert (await registry.get("outside")).name == "outside"


async def test_a_model_without_a_folder_is_requested_from_the_endpoint() -> None:
    settings = Settings(embedding_base_url="http://127.0.0.1:9/v1", embedding_model="own")
    registry = EmbedderRegistry(settings)
    assert (await registry.get("one/of-many")).fingerprint == "one/of-many"
    assert (await registry.get("one/of-many/256")).fingerprint == "one/of-many/256"
    assert (await registry.get("all-MiniLM-L6-v2")).fingerprint.startswith("all-MiniLM-L6-v2-int8@")
