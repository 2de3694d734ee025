import pytest

from tests.modules import imported_by

HEAVY = {
    *("aiohttp", "openai", "httpx", "elasticsearch", "numpy", "onnxruntime", "tokenizers", "obstore"),
    *("redis", "jwt", "rich", "selectolax", "pypdfium2", "opentelemetry.sdk"),
    *("footnote.store", "footnote.cli", "footnote.local"),
    *("functions.retrieve", "functions.embed", "functions.ingest"),
}


def loaded(chat: str) -> set[str]:
    settings = {"FOOTNOTE_CHAT_BASE_URL": chat, "FOOTNOTE_CHAT_MODEL": chat and "small"}
    return imported_by("import functions.answer.main", **settings)


@pytest.mark.parametrize("chat", ["", "http://127.0.0.1:9/v1"])
def test_nothing_heavy_is_imported_before_it_is_needed(chat: str) -> None:
    assert not loaded(chat) & HEAVY


def test_a_chat_model_is_imported_only_if_configured() -> None:
    assert "functions.answer.generators.chat" in loaded("http://127.0.0.1:9/v1")
    assert "functions.answer.generators.chat" not in loaded("")
