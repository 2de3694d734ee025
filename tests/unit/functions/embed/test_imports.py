from tests.modules import imported_by

FOREIGN = {
    *("aiohttp", "openai", "httpx", "elasticsearch", "obstore", "redis", "rich", "watchfiles"),
    *("selectolax", "markdown_it", "pypdfium2", "docx", "pptx", "openpyxl", "charset_normalizer"),
    *("footnote.store", "footnote.cli", "footnote.local", "opentelemetry.sdk"),
}
CODE = "import functions.embed.main"


def test_the_local_model_imports_nothing_of_other_functions() -> None:
    loaded = imported_by(CODE)
    assert "onnxruntime" in loaded
    assert not loaded & FOREIGN


def test_a_remote_embedder_imports_no_local_model() -> None:
    loaded = imported_by(CODE, FOOTNOTE_EMBEDDING_BASE_URL="http://127.0.0.1:9/v1")
    assert "functions.embed.remote" in loaded
    assert not loaded & {"onnxruntime", "tokenizers", "numpy", "aiohttp", "openai"}
