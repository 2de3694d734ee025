"""The bundled model within Footnote, beside bare onnxruntime with the same texts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from bench import texts
from bench.ingest.indexing import Indexing, running_indexing
from bench.ingest.rig import Rig, print_rate
from bench.report import Measure
from footnote.store import document_id, open_store

CHARACTERS = 10_000
"""Of each document."""


async def measure(rig: Rig, documents: int, rounds: int) -> list[Measure]:
    bucket = rig.folder / "local"
    texts.write(bucket, range(documents), CHARACTERS)
    found = [await _round(rig, bucket) for _ in range(rounds)]
    return [
        Measure("local model: bare onnxruntime", median(bare for bare, _ in found), "chunks/s"),
        Measure("local model: Footnote", median(ours for _, ours in found), "chunks/s"),
        Measure(
            "local model: share of bare onnxruntime's rate",
            median(ours / bare for bare, ours in found),
            "",
            0.9,
            "at least",
        ),
    ]


async def _round(rig: Rig, bucket: Path) -> tuple[float, float]:
    """Chunks a second of bare onnxruntime, and of Footnote."""
    async with running_indexing(rig.new_folder(), bucket) as indexing:
        done = await indexing.reconcile()
        embedded = await _embedded(indexing)
    print_rate("Footnote, local model", done.chunks, done.seconds, done.cpu)
    file = rig.new_folder() / "texts.json"
    file.write_text(json.dumps(embedded))
    seconds = _bare(file)
    print_rate("bare onnxruntime", len(embedded), seconds)
    return len(embedded) / seconds, done.chunks / done.seconds


def _bare(file: Path) -> float:
    """Seconds that onnxruntime takes for the texts in the file."""
    command = [sys.executable, "-m", "bench.ingest.bare", str(file)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


async def _embedded(indexing: Indexing) -> list[str]:
    """The texts that the model read."""
    store = open_store(indexing.settings)
    read = []
    async for manifest in store.manifests():
        for chunk in await store.chunks(document_id(manifest.uri), None):
            read.append(f"{chunk.context}\n{chunk.text}")
    await store.close()
    return read
