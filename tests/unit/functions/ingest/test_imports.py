from pathlib import Path

from tests.modules import imported_by

HEAVY = {
    *(
        "pypdfium2",
        "docx",
        "pptx",
        "openpyxl",
        "selectolax",
        "markdown_it",
        "charset_normalizer",
        "lxml",
    ),
    *("openai", "onnxruntime", "tokenizers", "sentencex", "numpy", "aiohttp", "redis", "rich"),
    *("obstore", "elasticsearch", "opentelemetry.sdk", "footnote.cli", "footnote.local", "watchfiles"),
    *("footnote.text.sentences", "functions.ingest.chunking", "functions.ingest.parsers"),
}
CODE = "import functions.ingest.main as main; main.receiver()"


def test_ingest_imports_neither_parsers_nor_unused_clients(tmp_path: Path) -> None:
    assert not imported_by(CODE, FOOTNOTE_BUCKET=str(tmp_path), FOOTNOTE_STATE=str(tmp_path)) & HEAVY


def test_only_a_bucket_of_s3_imports_its_client(tmp_path: Path) -> None:
    modules = imported_by(CODE, FOOTNOTE_BUCKET="s3://docs", FOOTNOTE_STATE=str(tmp_path))
    assert "obstore" in modules
    assert not modules & (HEAVY - {"obstore"})


def test_ingest_does_not_import_elasticsearch_search(tmp_path: Path) -> None:
    modules = imported_by(CODE, FOOTNOTE_BUCKET=str(tmp_path), FOOTNOTE_STORE="elasticsearch")
    assert "footnote.store.elasticsearch.client.transport" in modules
    assert "footnote.store.elasticsearch.search" not in modules
