from pathlib import Path

import pytest

from footnote.errors import Misconfigured
from functions.embed.model import DEFAULT, find, installed


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


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(Misconfigured, match="FOOTNOTE_EMBEDDING_MODEL=text-embedding-3-small"):
        find("text-embedding-3-small")


def test_a_missing_default_model_is_reported_with_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"run `python -m functions\.embed\.install`"):
        installed(tmp_path / "model.onnx")
