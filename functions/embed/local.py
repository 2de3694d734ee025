"""An embedder that runs a model in this process, with onnxruntime.

It runs the model on one text at a time. In a batch, texts share padding and int8 scales, which would
give a text another vector than it has alone, and take more memory.
"""

from __future__ import annotations

import asyncio
import os
from array import array
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from footnote.concurrency.bounded import bounded_map
from footnote.errors import Misconfigured
from functions.embed.embedder import Embeddings
from functions.embed.model import Model
from functions.embed.processor import has_vnni

MAX_WORDPIECE = 100
"""Characters of the longest wordpiece."""
EXACT_SUMS = "session.x64quantprecision"
"""The option of onnxruntime for processors without VNNI, which otherwise add up products of signed bytes
in too few bits. With it they take longer, and give a text the same vector as those with VNNI do."""
MAX_THREADS = 16
"""Unless more are configured. Each takes some 20 MB: 32 would exceed the memory limit of embed's pod."""


class LocalEmbedder:
    """Embeds with one thread for each core, up to MAX_THREADS. Concurrent requests share the threads.

    The constructor starts threads that read the model, and returns. `fingerprint` waits for them, and
    raises Misconfigured if the model cannot be read.
    """

    def __init__(self, model: Model, *, threads: int = 0) -> None:
        """`threads`: 0 stands for the default number."""
        self.name = model.name
        self._model = model
        self._threads = threads or thread_count(_available_cores())
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="embed")
        self._opening = self._pool.submit(open_session, model, vnni=has_vnni())
        self._digest = self._pool.submit(_checked_digest, model)

    @cached_property
    def fingerprint(self) -> str:
        digest = self._digest.result()
        return f"{self._model.variant}@{self._model.weights or digest[:8]}/{len(self._embed('')[0])}"

    @cached_property
    def _session(self) -> InferenceSession:
        return self._opening.result()

    @cached_property
    def _input_names(self) -> set[str]:
        return {given.name for given in self._session.get_inputs()}

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return _open_tokenizer(self._model)

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        from footnote import tracing  # slow to import, so not before the model is being read

        loop = asyncio.get_running_loop()
        with tracing.model_span("embeddings", self.name) as span:
            results = await bounded_map(
                lambda text: loop.run_in_executor(self._pool, self._embed, text), texts, self._threads
            )
            tokens = sum(tokens for _, tokens in results)
            span.set({"gen_ai.usage.input_tokens": tokens})
        return Embeddings([vector for vector, _ in results], tokens)

    def _embed(self, text: str) -> tuple[array[float], int]:
        """The vector of the text and the number of its tokens."""
        ids = self._tokenizer.encode(text.strip()[: self._model.length * MAX_WORDPIECE]).ids
        row = np.array([ids], dtype=np.int64)
        inputs = {
            "input_ids": row,
            "attention_mask": np.ones_like(row),
            "token_type_ids": np.zeros_like(row),
        }
        accepted = {name: inputs[name] for name in self._input_names}
        hidden = self._session.run(None, accepted)[0][0]
        pooled = hidden[0] if self._model.pooling == "cls" else hidden.mean(axis=0)
        unit = (pooled / np.linalg.norm(pooled)).astype(np.float32)
        return array("f", unit.tobytes()), len(ids)


def _checked_digest(model: Model) -> str:
    """The model's digest. Raises Misconfigured if it is not the one that the model must have."""
    digest = model.digest()
    if model.sha256 not in (None, digest):
        raise Misconfigured(
            f"{model.graph} does not have the sha256 of {model.name} (it has {digest[:12]}…): "
            "run `python -m functions.embed.install` again."
        )
    return digest


def _open_tokenizer(model: Model) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(model.tokenizer))
    tokenizer.enable_truncation(model.length)
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def open_session(model: Model, *, vnni: bool) -> InferenceSession:
    """Both sessions give the same vectors, and each is the faster one on its processors."""
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    if not vnni:
        options.add_session_config_entry(EXACT_SUMS, "1")
    try:
        return InferenceSession(str(model.graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise Misconfigured(f"{model.graph} cannot be loaded: {error}") from error


def thread_count(cores: int) -> int:
    return min(cores, MAX_THREADS)


def _available_cores() -> int:
    """Cores that this process may use, where the system says so; else all cores."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
