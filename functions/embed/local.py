"""A model in this process: onnxruntime, one text a run.

Batched, padding and shared int8 scales would give a text another vector than it has alone, and take more
memory.
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

from footnote.concurrency.spread import spread
from footnote.errors import Misconfigured
from functions.embed.embedder import Embedded
from functions.embed.model import Model

LONGEST_WORDPIECE = 100
MOST = 16
"""Threads, unless more are asked for. Each takes some 20 MB: 32 outgrow the limit of embed's pod."""


class LocalEmbedder:
    """Embeds with a thread for each core, up to MOST, each request's texts taking turns with others'.

    The model is read in threads, beside whatever is imported meanwhile. Whoever asks for the
    fingerprint waits for it, and is told why it cannot be read: Misconfigured.
    """

    def __init__(self, model: Model, *, threads: int = 0) -> None:
        self.name = model.name
        self._model = model
        self._width = threads or at_once(_cores())
        self._pool = ThreadPoolExecutor(self._width, thread_name_prefix="embed")
        self._opening = self._pool.submit(_session, model)
        self._digest = self._pool.submit(_checked_digest, model)

    @cached_property
    def fingerprint(self) -> str:
        digest = self._digest.result()
        return f"{self._model.variant}@{digest[:8]}/{len(self._embed('')[0])}"

    @cached_property
    def _session(self) -> InferenceSession:
        return self._opening.result()

    @cached_property
    def _inputs(self) -> set[str]:
        return {given.name for given in self._session.get_inputs()}

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return _tokenizer(self._model)

    async def embed(self, texts: Sequence[str]) -> Embedded:
        from footnote import tracing  # not before the model is being read: it takes its time

        loop = asyncio.get_running_loop()
        with tracing.model_span("embeddings", self.name) as span:
            results = await spread(
                lambda text: loop.run_in_executor(self._pool, self._embed, text), texts, self._width
            )
            tokens = sum(tokens for _, tokens in results)
            span.set({"gen_ai.usage.input_tokens": tokens})
        return Embedded([vector for vector, _ in results], tokens)

    def _embed(self, text: str) -> tuple[array[float], int]:
        ids = self._tokenizer.encode(text.strip()[: self._model.length * LONGEST_WORDPIECE]).ids
        row = np.array([ids], dtype=np.int64)
        inputs = {
            "input_ids": row,
            "attention_mask": np.ones_like(row),
            "token_type_ids": np.zeros_like(row),
        }
        wanted = {name: inputs[name] for name in self._inputs}
        hidden = self._session.run(None, wanted)[0][0]
        pooled = hidden[0] if self._model.pooling == "cls" else hidden.mean(axis=0)
        unit = (pooled / np.linalg.norm(pooled)).astype(np.float32)
        return array("f", unit.tobytes()), len(ids)


def _checked_digest(model: Model) -> str:
    digest = model.digest()
    if model.sha256 not in (None, digest):
        raise Misconfigured(
            f"{model.graph} is not the {model.name} that Footnote knows (its sha256 is {digest[:12]}…): "
            "run `python -m functions.embed.install` again."
        )
    return digest


def _tokenizer(model: Model) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(model.tokenizer))
    tokenizer.enable_truncation(model.length)
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def _session(model: Model) -> InferenceSession:
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return InferenceSession(str(model.graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise Misconfigured(f"{model.graph} cannot be loaded: {error}") from error


def at_once(cores: int) -> int:
    """How many threads so many cores are worth."""
    return min(cores, MOST)


def _cores() -> int:
    """Those that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
