"""`python -m bench.ingest.bare TEXTS`: the bundled model over a JSON list of texts, and nothing else.

Prints how many seconds it takes at best: one text a run on each core, or each run on all cores.
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from functions.embed.model import find

CORES = os.cpu_count() or 1


def main() -> None:
    texts = json.loads(Path(sys.argv[1]).read_text())
    print(min(_seconds(texts, CORES, 1), _seconds(texts, 1, CORES)))


def _seconds(texts: list[str], runs: int, threads: int) -> float:
    """With so many runs at once, of so many threads each."""
    model = find("all-MiniLM-L6-v2")
    options = SessionOptions()
    options.intra_op_num_threads = threads
    session = InferenceSession(str(model.graph), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(model.tokenizer))
    tokenizer.enable_truncation(model.length)
    tokenizer.no_padding()
    names = [given.name for given in session.get_inputs()]

    def embed(text: str) -> None:
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0}
        session.run(None, {name: inputs[name] for name in names})[0][0].mean(axis=0)

    with ThreadPoolExecutor(runs) as pool:
        list(pool.map(embed, texts[:50]))
        began = time.perf_counter()
        list(pool.map(embed, texts))
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
