import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from footnote.errors import Misconfigured
from functions.embed.local import LocalEmbedder, open_session, thread_count
from functions.embed.model import in_folder, installed
from functions.embed.processor import has_vnni


def folder(path: Path) -> Path:
    """A folder with the default model, in the layout of sentence-transformers."""
    path.mkdir()
    (path / "model.onnx").symlink_to(installed().graph)
    (path / "tokenizer.json").symlink_to(installed().tokenizer)
    return path


def test_the_fingerprint_names_model_weights_and_dimensions(local: LocalEmbedder) -> None:
    assert local.fingerprint == "all-MiniLM-L6-v2-int8@bfaea80e/384"


async def test_a_model_in_a_folder_is_served(tmp_path: Path, local: LocalEmbedder) -> None:
    other = LocalEmbedder(in_folder(folder(tmp_path / "my-model")), threads=1)
    assert (other.name, other.fingerprint) == ("my-model", "my-model@ebc9170b/384")
    assert (await other.embed(["a cat"])).vectors == (await local.embed(["a cat"])).vectors


@pytest.mark.skipif(not has_vnni(), reason="Without VNNI one of the sessions is wrong.")
def test_a_text_has_the_same_vector_with_and_without_vnni() -> None:
    ids = np.array([range(1000, 1100)])
    inputs = {"input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0}
    sessions = [open_session(installed(), vnni=vnni) for vnni in (True, False)]
    with_vnni, without = (session.run(None, inputs)[0] for session in sessions)
    assert (with_vnni == without).all()


async def test_a_folder_configures_length_and_pooling(tmp_path: Path, local: LocalEmbedder) -> None:
    path = folder(tmp_path / "my-model")
    (path / "sentence_bert_config.json").write_text('{"max_seq_length": 8}')
    (path / "1_Pooling").mkdir()
    (path / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    embedder = LocalEmbedder(in_folder(path), threads=1)
    assert (await embedder.embed(["one two three four five six seven eight nine"])).tokens == 8
    assert (await embedder.embed(["a cat"])).vectors != (await local.embed(["a cat"])).vectors


def test_onnxruntime_sends_no_telemetry(tmp_path: Path) -> None:
    """With telemetry, onnxruntime stores an id and pending messages in the home folder."""
    code = "from functions.embed import local, model; local.LocalEmbedder(model.installed()).fingerprint"
    silencing = {"CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "XDG_CACHE_HOME"}
    environ = {name: value for name, value in os.environ.items() if name not in silencing}
    subprocess.run([sys.executable, "-c", code], env=environ | {"HOME": str(tmp_path)}, check=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux alone has it.")
def test_there_is_one_thread_for_each_available_core() -> None:
    code = (
        "import os, threading; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]);"
        "from functions.embed import local, model; embedder = local.LocalEmbedder(model.installed());"
        "embedder.fingerprint;"
        "print(sum(each.name.startswith('embed') for each in threading.enumerate()))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "1\n"


def test_the_number_of_threads_is_limited() -> None:
    assert [thread_count(cores) for cores in (1, 8, 16, 64)] == [1, 8, 16, 16]


def test_a_model_with_other_weights_is_refused() -> None:
    with pytest.raises(Misconfigured, match="does not have the sha256 of all-MiniLM-L6-v2"):
        _ = LocalEmbedder(replace(installed(), sha256="0" * 64)).fingerprint


def test_a_broken_model_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path / "broken")
    (path / "model.onnx").unlink()
    (path / "model.onnx").write_bytes(b"not a graph")
    with pytest.raises(Misconfigured, match=r"model\.onnx cannot be loaded"):
        _ = LocalEmbedder(in_folder(path)).fingerprint


async def test_a_question_does_not_wait_for_a_whole_batch(local: LocalEmbedder) -> None:
    batch = asyncio.create_task(local.embed(["A sentence of a long document. " * 40] * 100))
    await asyncio.sleep(0)
    for _ in range(5):
        await local.embed(["a question"])
    assert not batch.done()
    batch.cancel()
