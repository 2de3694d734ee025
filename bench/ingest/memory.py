"""How much memory one file takes, as it gets larger."""

from __future__ import annotations

from collections.abc import Sequence

from bench import texts
from bench.ingest.indexing import running_indexing
from bench.ingest.rig import LIKE_LANGCHAIN, Rig, print_rate
from bench.report import Measure

MEGABYTE = 1_000_000
LIMITS = {
    "object_limit": 10**9,
    "text_limit": 10**9,
    "parse_timeout": 600,
    "parse_memory": 4 * 10**9,
}
"""Raised for the largest file."""
CUT = {**LIKE_LANGCHAIN, "chunk_size": 1500, "chunk_overlap": 0}


async def measure(rig: Rig, sizes: Sequence[int]) -> list[Measure]:
    """Of ingest and its parser while they read one file of so many megabytes."""
    measures, peaks = [], []
    for size in sizes:
        bucket = rig.new_folder()
        texts.write_long(bucket / "long.txt", size * MEGABYTE)
        async with running_indexing(
            rig.new_folder(), bucket, **rig.standin_settings(), **LIMITS, **CUT
        ) as indexing:
            done = await indexing.reconcile()
        print_rate(f"a file of {size} MB", done.chunks, done.seconds, done.cpu)
        peaks.append(done.memory)
        measures += [
            Measure(f"most memory of {name}, {size} MB", done.memory[name] / MEGABYTE, "MB")
            for name in ("ingest", "parser")
        ]
    first, last = (peak["ingest"] + peak["parser"] for peak in (peaks[0], peaks[-1]))
    name = f"memory of both, {sizes[-1]} MB beside {sizes[0]} MB"
    return [*measures, Measure(name, last / first, "times", 1.5)]
