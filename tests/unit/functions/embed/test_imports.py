import os
import subprocess
import sys

FOREIGN = {
    *("aiohttp", "openai", "httpx", "elasticsearch", "obstore", "redis", "rich", "watchfiles"),
    *("selectolax", "markdown_it", "pypdfium2", "docx", "pptx", "openpyxl", "charset_normalizer"),
    *("footnote.store", "footnote.cli", "footnote.local", "opentelemetry.sdk"),
}
CODE = "import sys, functions.embed.main; print(*sys.modules)"


def test_the_local_model_imports_nothing_of_other_functions() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "onnxruntime" in loaded
    assert not loaded & FOREIGN


def test_a_remote_embedder_imports_no_local_model() -> None:
    environ = os.environ | {"FOOTNOTE_EMBEDDING_BASE_URL": "http://127.0.0.1:9/v1"}
    done = subprocess.run(
        [sys.executable, "-c", CODE], check=True, capture_output=True, text=True, env=environ
    )
    loaded = set(done.stdout.split())
    assert "functions.embed.remote" in loaded
    assert not loaded & {"onnxruntime", "tokenizers", "numpy", "aiohttp", "openai"}
