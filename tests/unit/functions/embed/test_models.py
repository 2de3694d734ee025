import asyncio
import shutil
from pathlib import Path

import pytest

from footnote.errors import NotFound
from footnote.settings import Settings
from functions.embed.model import GRAPH
from functions.embed.models import MOST, Models


def folder(models: Path, name: str) -> None:
    """A model under another name."""
    (models / name).mkdir(parents=True)
    (models / name / "model.onnx").symlink_to(GRAPH)
    shutil.copy("footnote/text/tokenizer.json", models / name)


async def test_others_are_loaded_once_and_known_by_name_and_fingerprint(tmp_path: Path) -> None:
    folder(tmp_path, "other")
    models = Models(Settings(embedding_models=tmp_path))
    assert await models.serving(None) is models.own
    assert await models.serving("") is models.own
    assert await models.serving(models.own.fingerprint) is models.own
    found = await asyncio.gather(*(models.serving("other") for _ in range(3)))
    assert found[0] is found[1] is found[2] is await models.serving(found[0].fingerprint)
    assert found[0].fingerprint.startswith("other@")


async def test_its_own_folder_counts_and_what_nobody_asks_for_is_let_go(
    tmp_path: Path,
) -> None:
    for name in "abcd":
        folder(tmp_path, name)
    models = Models(Settings(embedding_model=str(tmp_path / "a")))
    first = await models.serving("b")
    assert await models.serving("b") is first
    for name in "cd"[:MOST]:
        await models.serving(name)
    assert await models.serving("b") is not first
    assert (await models.serving("all-MiniLM-L6-v2")).fingerprint.endswith("/384")


async def test_no_name_leads_out_of_the_folder_of_models(tmp_path: Path) -> None:
    folder(tmp_path, "outside")
    models = Models(Settings(embedding_models=tmp_path / "models"))
    for name in ("../outside", str(tmp_path / "outside"), ".", "..", "@", "outside"):
        with pytest.raises(NotFound):
            await models.serving(name)
    folder(tmp_path / "models", "outside")
    assert (await models.serving("outside")).name == "outside"


async def test_an_endpoint_serves_what_is_not_here() -> None:
    models = Models(Settings(embedding_base_url="http://127.0.0.1:9/v1", embedding_model="own"))
    assert (await models.serving("one/of-many")).fingerprint == "one/of-many"
    assert (await models.serving("one/of-many/256")).fingerprint == "one/of-many/256"
    assert (await models.serving("all-MiniLM-L6-v2")).fingerprint.startswith("all-MiniLM-L6-v2-int8@")
