from pathlib import Path

from tests.modules import imported_by

HEAVY = {
    *("elasticsearch", "openai", "onnxruntime", "tokenizers", "obstore", "redis", "rich", "watchfiles"),
    *("pypdfium2", "docx", "pptx", "openpyxl", "selectolax", "markdown_it", "charset_normalizer"),
    *("numpy", "aiohttp", "opentelemetry.sdk", "footnote.cli", "footnote.local"),
    *("functions.ingest", "functions.embed"),
}
CODE = "import functions.retrieve.main"


def test_retrieve_starts_without_imports_of_search_or_other_functions(tmp_path: Path) -> None:
    assert not imported_by(CODE, FOOTNOTE_STATE=str(tmp_path)) & HEAVY


def test_the_rerank_client_is_imported_only_if_configured(tmp_path: Path) -> None:
    asking = {"footnote.calls.model_client", "functions.retrieve.scoring"}
    assert not imported_by(CODE, FOOTNOTE_STATE=str(tmp_path)) & asking
    named = {"FOOTNOTE_RERANK_BASE_URL": "http://127.0.0.1:9/v1"}
    assert asking < imported_by(CODE, FOOTNOTE_STATE=str(tmp_path), **named)


def test_retrieve_starts_without_connecting_to_elasticsearch(tmp_path: Path) -> None:
    modules = imported_by(CODE, FOOTNOTE_STATE=str(tmp_path), FOOTNOTE_STORE="elasticsearch")
    assert not modules & (HEAVY | {"footnote.store.sqlite"})
