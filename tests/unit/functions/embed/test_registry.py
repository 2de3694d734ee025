import asyncio
import json
import shutil
from pathlib import Path

import pytest

from footnote.errors import NotFound
from footnote.settings import Settings
from functions.embed.model import GRAPH
from functions.embed.registry import MAX_LOADED, EmbedderRegistry


def folder(models: Path, name: str, prompts: dict[str, str] | None = None) -> None:
    """Make a folder with the default model under another name."""
    (models / name).mkdir(parents=True)
    (models / name / "model.onnx").symlink_to(GRAPH)
    shutil.copy("footnote/text/tokenizer.json", models / name)
    (models / name / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))


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


async def test_a_name_has_the_configured_prompts_and_a_fingerprint_those_it_was_made_with(
    tmp_path: Path,
) -> None:
    folder(tmp_path, "e5", {"query": "query: ", "document": "passage: "})
    registry = EmbedderRegistry(Settings(embedding_models=tmp_path))
    configured = await registry.get("e5")
    assert configured.fingerprint == 'e5@ebc9170b/384 "passage: "'
    assert await registry.get(configured.fingerprint) is configured
    for other in ("e5@ebc9170b/384", 'e5@ebc9170b/384 "text: "'):
        for exact in (False, True):
            made = await registry.get(other, exact=exact)
            assert made.fingerprint == other
            assert await made.embed(["a cat"], "query") == await configured.embed(["a cat"], "query")
            assert await made.embed(["a cat"], "document") != await configured.embed(
                ["a cat"], "document"
            )
    for unknown in ('e5@00000000/384 "passage: "', 'e5 "passage: "', 'e5@ebc9170b/384 "\\q"'):
        with pytest.raises(NotFound):
            await registry.get(unknown)


@pytest.mark.parametrize("name", ["nomic-embed-text:latest", "intfloat/e5-small-v2", "@cf/baai/bge-m3"])
async def test_an_endpoint_gets_the_very_name_of_a_model(name: str) -> None:
    settings = Settings(embedding_base_url="http://127.0.0.1:9/v1", embedding_model="own")
    registry = EmbedderRegistry(settings)
    for fingerprint in (name, f"{name}/256", f'{name} "passage: "', f'{name}/256 "passage: "'):
        for exact in (False, True):
            embedder = await registry.get(fingerprint, exact=exact)
            assert (embedder.name, embedder.fingerprint) == (name, fingerprint)


async def test_the_settings_complete_and_replace_the_prompts_of_a_model_they_name(
    tmp_path: Path,
) -> None:
    folder(tmp_path, "e5", {"query": "query: ", "document": "passage: "})
    folder(tmp_path, "bge", {})
    prompts = {
        "e5": {"document": "text: "},
        "bge": {"query": "Represent: "},
        "all-MiniLM-L6-v2": {"document": "d: "},
        "nomic:latest": {"document": "search_document: "},
    }
    settings = Settings(
        embedding_base_url="http://127.0.0.1:9/v1",
        embedding_model="nomic:latest",
        embedding_models=tmp_path,
        embedding_prompts=json.dumps(prompts),
    )
    registry = EmbedderRegistry(settings)
    assert registry.default.fingerprint == 'nomic:latest "search_document: "'
    assert (await registry.get("nomic:latest/64")).fingerprint == 'nomic:latest/64 "search_document: "'
    assert (await registry.get("nomic:latest", exact=True)).fingerprint == "nomic:latest"
    assert (await registry.get("another")).fingerprint == "another"
    minilm = await registry.get("all-MiniLM-L6-v2")
    assert minilm.fingerprint == 'all-MiniLM-L6-v2-int8@bfaea80e/384 "d: "'
    for name, query, document in (("e5", "query: ", "text: "), ("bge", "Represent: ", "")):
        embedder = await registry.get(name)
        assert await embedder.embed(["a cat"], "query") == await embedder.embed([f"{query}a cat"])
        assert await embedder.embed(["a cat"], "document") == await embedder.embed([f"{document}a cat"])


async def test_an_index_keeps_its_dimensions_when_the_settings_name_others() -> None:
    settings = Settings(
        embedding_base_url="http://127.0.0.1:9/v1", embedding_model="own", embedding_dimensions=256
    )
    registry = EmbedderRegistry(settings)
    assert (await registry.get("own")).fingerprint == "own/256"
    assert (await registry.get("own", exact=True)).fingerprint == "own"
    assert (await registry.get("own/256", exact=True)) is registry.default
