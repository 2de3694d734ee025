import json
from pathlib import Path

import pytest

from footnote.errors import Misconfigured
from functions.embed.model import DEFAULT, Model, find, in_folder, installed


def test_the_installed_default_model_is_found() -> None:
    model = find(DEFAULT)
    assert model.digest() == model.sha256


@pytest.mark.parametrize("present", [[], ["model.onnx"], ["tokenizer.json"]])
def test_a_folder_without_a_model_is_refused(tmp_path: Path, present: list[str]) -> None:
    for name in present:
        (tmp_path / name).touch()
    with pytest.raises(
        Misconfigured, match=r"Set it to all-MiniLM-L6-v2, or to a folder that holds model\.onnx"
    ):
        find(str(tmp_path))


@pytest.mark.parametrize(
    ("prompts", "query", "document"),
    [
        ({"query": "query: ", "document": "passage: "}, "query: ", "passage: "),
        (
            {"query": "search_query: ", "passage": "search_document: "},
            "search_query: ",
            "search_document: ",
        ),
        ({"query": "Represent: ", "document": "", "passage": "text: "}, "Represent: ", "text: "),
        ({"query": "Represent: ", "passage": ""}, "Represent: ", ""),
        ({"query": None, "corpus": "c: ", "passage": "p: ", "Clustering": "cluster: "}, "", "p: "),
        ({"retrieval.query": "query: "}, "", ""),
        ({}, "", ""),
        (None, "", ""),
    ],
)
def test_a_folder_configures_prompts_as_sentence_transformers_names_them(
    tmp_path: Path, prompts: dict[str, str | None] | None, query: str, document: str
) -> None:
    config = {"prompts": prompts, "default_prompt_name": "query", "similarity_fn_name": "cosine"}
    assert configured(tmp_path, json.dumps(config)).prompts == {"query": query, "document": document}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('{"prompts": {"query": "query: "}', "is not a JSON object"),
        ('["query: "]', "is not a JSON object"),
        ('{"prompts": ["query: "]}', "`prompts` is not an object whose values are texts"),
        ('{"prompts": {"query": ["query: "]}}', "`prompts` is not an object whose values are texts"),
    ],
)
def test_prompts_that_cannot_be_read_are_refused(tmp_path: Path, config: str, said: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        configured(tmp_path, config)
    assert str(tmp_path / "config_sentence_transformers.json") in refused.value.message
    assert said in refused.value.message


def configured(folder: Path, config: str) -> Model:
    for name in ("model.onnx", "tokenizer.json"):
        (folder / name).touch()
    (folder / "config_sentence_transformers.json").write_text(config)
    return in_folder(folder)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(Misconfigured, match="FOOTNOTE_EMBEDDING_MODEL=text-embedding-3-small"):
        find("text-embedding-3-small")


def test_a_missing_default_model_is_reported_with_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"run `python -m functions\.embed\.install`"):
        installed(tmp_path / "model.onnx")
