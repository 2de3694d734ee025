import os
import subprocess
import sys

import pytest

HEAVY = {
    *("aiohttp", "openai", "httpx", "elasticsearch", "numpy", "onnxruntime", "tokenizers", "obstore"),
    *("redis", "jwt", "rich", "selectolax", "pypdfium2", "opentelemetry.sdk"),
    *("footnote.store", "footnote.cli", "footnote.local"),
    *("functions.retrieve", "functions.embed", "functions.ingest"),
}


@pytest.mark.parametrize("chat", ["", "http://127.0.0.1:9/v1"])
def test_nothing_heavy_is_imported_before_it_is_needed(chat: str) -> None:
    code = "import sys, functions.answer.main; print(*sys.modules)"
    environ = os.environ | {"FOOTNOTE_CHAT_BASE_URL": chat, "FOOTNOTE_CHAT_MODEL": chat and "small"}
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environ
    )
    assert not set(done.stdout.split()) & HEAVY
