"""The bundled model within Footnote, beside bare onnxruntime with the same texts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from bench import texts
from bench.ingest.place import Place, tell
from bench.ingest.work import Work, working
from bench.report import Measure
from footnote.store import document_id, open_store

CHARACTERS = 10_000
"""Of each document."""


async def measure(place: Place, documents: int, rounds: int) -> list[Measure]:
    bucket = place.folder / "local"
    texts.write(bucket, range(documents), CHARACTERS)
    found = [await _round(place, bucket) for _ in range(rounds)]
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


async def _round(place: Place, bucket: Path) -> tuple[float, float]:
    """Chunks a second of bare onnxruntime, and of Footnote."""
    async with working(place.fresh(), bucket) as work:
        done = await work.run()
        embedded = await _embedded(work)
    tell("Footnote, local model", done.chunks, done.seconds, done.cpu)
    file = place.fresh() / "texts.json"
    file.write_text(json.dumps(embedded))
    seconds = _bare(file)
    tell("bare onnxruntime", len(embedded), seconds)
    return len(embedded) / seconds, done.chunks / done.seconds


def _bare(file: Path) -> float:
    """Seconds that onnxruntime takes for the texts in the file."""
    command = [sys.executable, "-m", "bench.ingest.bare", str(file)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


async def _embedded(work: Work) -> list[str]:
    """The texts that the model read."""
    store = open_store(work.settings)
    read = []
    async for manifest in store.manifests():
        for chunk in await store.chunks(document_id(manifest.uri), None):
            read.append(f"{chunk.context}\n{chunk.text}")
    await store.close()
    return read
